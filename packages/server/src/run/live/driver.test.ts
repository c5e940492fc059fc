import type { MigrationUpdate, Role } from '@landfall/api'
import type { Act, Facts, HostView, Intent, Sample, SteerState } from '@landfall/core'
import { adopt, defaultIntent, initialState, plan, storedState, typicalOverheads } from '@landfall/core'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import type { MigrationEntry } from '../../store/entry.ts'
import { actsDone } from '../../store/story.ts'
import { plainRecord, running, storyOf } from '../../testing/story.ts'
import { RunningStory } from '../running-story.ts'
import type { DriverOptions, DriverPorts, Ending } from './driver.ts'
import { Driver } from './driver.ts'
import type { IntentNews, IntentSource } from '../../intent/intent-source.ts'

const MiB = 1024 ** 2
const facts: Facts = {
  memoryBytes: 1024 * MiB,
  vcpus: 1,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
  ],
  link: { bytesPerSecond: { low: 85 * MiB, likely: 91 * MiB, high: 95 * MiB }, source: 'configured' },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'tcg',
  overheads: typicalOverheads('tcg'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}

const absent: HostView = { kind: 'absent' }
const is = (state: string, reason: string, outgoingJob = false): HostView => ({
  kind: 'present',
  state,
  reason,
  outgoingJob,
})
const moving = { source: is('running', 'booted', true), destination: is('paused', 'migration') }
const landed = { source: absent, destination: is('running', 'migrated') }
const stayed = { source: is('running', 'booted'), destination: absent }
const silent: HostView = { kind: 'unreachable', why: 'no route' }
const broken = { source: is('paused', 'postcopy-failed', true), destination: is('running', 'postcopy-failed') }

function sample(elapsedMs: number, part: Partial<Sample> = {}): Sample {
  return {
    pass: 1,
    passStarted: false,
    remainingBytes: 500 * MiB,
    bytesSent: 500 * MiB,
    bandwidthBytesPerSecond: 91 * MiB,
    dirtyPagesPerSecond: null,
    pageSizeBytes: 4096,
    throttlePercent: 0,
    phase: 'active',
    elapsedMs,
    downtimeLimitMs: 300,
    ...part,
  }
}

/** A world in which time passes only while the driver sleeps. */
class World {
  nowMs = 1_000_000
  readonly beganAt = this.nowMs
  /** Without samples. */
  readonly journal: MigrationEntry[] = []
  story: RunningStory = running(storyOf(plainRecord))
  readonly performed: Act[] = []
  readonly updates: MigrationUpdate[] = []
  /** What was journaled and done, in order. */
  readonly order: string[] = []
  places: { source: HostView; destination: HostView } = moving
  read: (elapsedMs: number) => Sample | null = (elapsedMs) => sample(elapsedMs)
  performs: (act: Act) => void = () => undefined
  resumes = 0
  onResume: () => Promise<void> = async () => undefined
  obstacle: () => string | null = () => null

  readonly clock: Clock = {
    now: () => this.nowMs,
    sleep: async (ms, signal) => {
      if (signal?.aborted !== true) this.nowMs += ms
      // Lets what was settled in the meantime be seen.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }

  drive(
    launch: DriverPorts['launch'],
    hands: Role['hands'] = 'on',
    {
      intent = defaultIntent,
      state = initialState(plan(intent, facts), intent, facts, this.beganAt),
      ...options
    }: { intent?: Intent; state?: SteerState } & Pick<DriverOptions, 'intentSource' | 'driverLives'> = {},
  ): { driver: Driver; ended: Promise<Ending> } {
    const ports: DriverPorts = {
      launch,
      resumePostCopy: () => {
        this.resumes++
        return this.onResume()
      },
      obstacleToResume: async () => this.obstacle(),
      readSample: async () => this.read(this.nowMs - this.beganAt),
      perform: async (act) => {
        this.order.push(`do ${act.kind}`)
        this.performs(act)
        this.performed.push(act)
      },
      resumeGuest: async () => {
        this.order.push('resume the guest')
        this.places = stayed
      },
      look: async () => this.places,
    }
    const write = (entry: MigrationEntry): void => {
      if (entry.kind !== 'sample') this.journal.push(entry)
      if (entry.kind === 'act') this.order.push(`${entry.stage} ${entry.act.kind}`)
    }
    this.story = new RunningStory(storyOf({ ...plainRecord, intent, facts }, {}, this.beganAt), write, () => undefined)
    const driver = new Driver(ports, this.story, state, hands, {
      clock: this.clock,
      onUpdate: (update) => void this.updates.push(update),
      ...options,
    })
    return { driver, ended: driver.run() }
  }

  /** A launch that is over when the given time has passed. */
  launchFor(ms: number, end: () => void): () => Promise<void> {
    return async () => {
      const endsAt = this.nowMs + ms
      while (this.nowMs < endsAt) await new Promise((resolve) => setImmediate(resolve))
      end()
    }
  }

  /** Runs a second, then the stream of its post-copy breaks. */
  launchThatBreaks(): () => Promise<void> {
    return this.launchFor(1000, () => {
      this.places = broken
      throw new Error('stream broke')
    })
  }
}

test('a migration that succeeds has landed when both hosts say so', async () => {
  const world = new World()
  const { ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  expect(await ended).toMatchObject({ whereabouts: { kind: 'landed' }, error: null, resumed: 0 })
})

test('what is about to be done is on the disk before it is done', async () => {
  const world = new World()
  let pass = 1
  world.read = (elapsedMs) => {
    const second = elapsedMs > 11_000
    const passStarted = second && pass === 1
    if (second) pass = 2
    return sample(elapsedMs, { pass, passStarted, remainingBytes: second ? 600 * MiB : 20 * MiB })
  }
  const { ended } = world.drive(world.launchFor(14_000, () => (world.places = landed)))
  await ended
  expect(world.order).toEqual(['intended start-post-copy', 'do start-post-copy', 'done start-post-copy'])
})

test('an act that fails is tried three times, then told and not counted', async () => {
  const world = new World()
  world.performs = () => {
    throw new Error('not now')
  }
  const { driver, ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  driver.wish({ kind: 'abort', why: 'asked' })
  await ended
  expect(world.order.filter((each) => each === 'do abort')).toHaveLength(3)
  expect(world.updates.filter(({ kind }) => kind === 'act-failed')).toHaveLength(1)
  expect(actsDone(world.story.now)).toEqual([])
})

test('an abort that nobody heard is made again until it is', async () => {
  const world = new World()
  const call = Promise.withResolvers<void>()
  world.performs = () => {
    if (world.nowMs - world.beganAt < 12_000) throw new Error('connection refused')
    world.places = stayed
    call.reject(new Error('operation aborted'))
  }
  const { driver, ended } = world.drive(() => call.promise)
  driver.wish({ kind: 'abort', why: 'by hand' })
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('stayed')
  expect(world.order.filter((each) => each === 'failed abort')).toHaveLength(3)
  expect(world.order.at(-1)).toBe('done abort')
  expect(actsDone(world.story.now)).toMatchObject([
    { act: { kind: 'abort', reason: { code: 'asked', message: 'by hand' } } },
  ])
  expect(ending.endedAt - world.beganAt).toBeLessThan(17_000)
})

test('an abort that its driver did not live to make is made by the next', async () => {
  const first = new World()
  const call = Promise.withResolvers<void>()
  const { driver, ended } = first.drive(() => call.promise)
  driver.wish({ kind: 'abort', why: 'by hand' })
  first.performs = () => {
    first.places = stayed
    call.reject(new Error('operation aborted'))
  }
  await ended
  // What was on the disk when it was asked.
  const kept = first.journal
    .slice(
      0,
      first.journal.findIndex(({ kind }) => kind === 'act'),
    )
    .at(-1)
  if (kept?.kind !== 'state') throw new Error('its state was not kept')

  const next = new World()
  next.performs = () => {
    next.places = stayed
    next.read = () => null
  }
  const state = adopt(storedState(kept.state))
  expect((await next.drive(null, 'on', { state }).ended).whereabouts.kind).toBe('stayed')
  expect(next.performed).toMatchObject([{ kind: 'abort', reason: { code: 'asked', message: 'by hand' } }])
})

test('an abort that was asked for is carried out once, and the guest has stayed', async () => {
  const world = new World()
  const call = Promise.withResolvers<void>()
  world.performs = () => {
    world.places = stayed
    call.reject(new Error('operation aborted'))
  }
  const { driver, ended } = world.drive(() => call.promise)
  driver.wish({ kind: 'abort', why: 'by hand' })
  const ending = await ended
  expect(world.performed.map(({ kind }) => kind)).toEqual(['abort'])
  expect(ending.whereabouts.kind).toBe('stayed')
})

test('QEMU is told again to stay at its throttle where its monitor did not work', async () => {
  const world = new World()
  world.performs = (act) => {
    if (act.kind === 'set-throttle' && world.nowMs - world.beganAt < 4000) throw new Error('monitor busy')
  }
  const intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 95 } as const
  const fresh = initialState(plan(intent, facts), intent, facts, world.beganAt)
  const state = { ...fresh, launchedThrottlePercent: 66 }
  const { driver, ended } = world.drive(
    world.launchFor(9000, () => (world.places = landed)),
    'on',
    { intent, state },
  )
  await ended
  expect(world.order.filter((each) => each.startsWith('failed') || each.startsWith('done'))).toEqual([
    'failed set-throttle',
    'done set-throttle',
  ])
  expect(driver.state.throttle.capped).toBe(true)
})

test('a lost connection is not a failed migration: it is watched to its end', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs > 60_000) world.places = landed
    return elapsedMs > 60_000 ? null : sample(elapsedMs)
  }
  const { ended } = world.drive(
    world.launchFor(1000, () => {
      throw new Error('connection lost')
    }),
  )
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('landed')
  expect(ending.endedAt - world.beganAt).toBeGreaterThanOrEqual(60_000)
})

test('a source that falls silent for less than a minute is waited for, and its migration steered on', async () => {
  const world = new World()
  let heard = 0
  world.read = (elapsedMs) => {
    const isSilent = elapsedMs > 30_000 && elapsedMs < 75_000
    world.places = isSilent ? { source: silent, destination: moving.destination } : moving
    if (isSilent) throw new Error('no route')
    if (elapsedMs > 80_000) world.places = landed
    if (elapsedMs > 75_000) heard++
    return elapsedMs > 80_000 ? null : sample(elapsedMs)
  }
  const { ended } = world.drive(
    world.launchFor(30_000, () => {
      throw new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'no answer to a keepalive')
    }),
  )
  expect((await ended).whereabouts.kind).toBe('landed')
  expect(heard).toBeGreaterThan(10)
  const told = world.updates.flatMap((update) => (update.kind === 'step' ? [update.message] : []))
  expect(told).toEqual([expect.stringContaining('no answer to a keepalive')])
})

test('one that stays silent is handed to a person after a minute', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(1000, () => {
      world.read = () => null
      world.places = { source: silent, destination: silent }
      throw new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'no answer to a keepalive')
    }),
  )
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('unclear')
  expect(ending.endedAt - world.beganAt).toBeGreaterThan(60_000)
  expect(ending.endedAt - world.beganAt).toBeLessThan(90_000)
})

test('a broken post-copy stream is resumed', async () => {
  const world = new World()
  world.onResume = async () => {
    world.places = landed
  }
  const { ended } = world.drive(world.launchThatBreaks())
  expect(await ended).toMatchObject({ whereabouts: { kind: 'landed' }, resumed: 1 })
  expect(world.updates.some(({ kind }) => kind === 'post-copy-broken')).toBe(true)
})

test('a stream that cannot be resumed is handed to a person after a bounded number of attempts', async () => {
  const world = new World()
  world.onResume = async () => {
    throw new Error('no route')
  }
  const { ended } = world.drive(world.launchThatBreaks())
  const ending = await ended
  expect(ending).toMatchObject({ whereabouts: { kind: 'post-copy-broken' }, resumed: 25 })
  expect(world.resumes).toBe(25)
  expect(ending.endedAt - world.beganAt).toBeGreaterThan(10 * 60_000)
})

test('a link that is back after minutes is found, while somebody is there to look', async () => {
  const world = new World()
  world.onResume = async () => {
    if (world.nowMs - world.beganAt < 5 * 60_000) throw new Error('no route')
    world.places = landed
  }
  const { ended } = world.drive(world.launchThatBreaks())
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('landed')
  expect(ending.endedAt - world.beganAt).toBeLessThan(5.6 * 60_000)
})

const tenth = { low: 0.1, likely: 0.1, high: 0.1 }
const between = (looks: readonly number[]): Set<number> => new Set(looks.slice(1).map((at, i) => at - (looks[i] ?? 0)))

test('the first pass of deltas is looked at as often as core asks, others half as often', async () => {
  const world = new World()
  const [second, third]: [number[], number[]] = [[], []]
  world.read = (elapsedMs) => {
    const pass = elapsedMs < 2000 ? 2 : 3
    const looks = pass === 2 ? second : third
    looks.push(elapsedMs)
    return sample(elapsedMs, { pass })
  }
  const deltas = { bytesPerSecond: { low: 200 * MiB, likely: 300 * MiB, high: 400 * MiB }, wireShare: tenth }
  const known = { ...facts, link: { ...facts.link, deltas } }
  const state = initialState(plan(defaultIntent, facts), defaultIntent, known, world.beganAt)
  await world.drive(
    world.launchFor(4000, () => (world.places = landed)),
    'on',
    { state },
  ).ended
  expect(between(second)).toEqual(new Set([100]))
  expect(between(third)).toEqual(new Set([50]))
})

/** libvirt's own answer to the migration call. */
const refused = (message: string): LibvirtError =>
  new LibvirtError(
    { number: 9, domain: 10, level: 2, message, str1: undefined, str2: undefined, str3: undefined, int1: 0, int2: 0 },
    'DOMAIN_MIGRATE_PERFORM3_PARAMS',
  )

/** After a second the stream breaks and the destination is silent, for so long; the source goes on saying that it broke. */
function breaksWithSilentDestination(world: World, silentMs: number): () => Promise<void> {
  return world.launchFor(1000, () => {
    const answersAt = world.nowMs + silentMs
    world.places = {
      source: broken.source,
      get destination() {
        return world.nowMs < answersAt ? silent : broken.destination
      },
    }
    world.read = (elapsedMs) => sample(elapsedMs, { pass: 2, phase: 'post-copy-failed' })
    throw refused('operation failed: migration failed')
  })
}

test('a broken post-copy stream whose destination is silent is handed to a person after a minute', async () => {
  const world = new World()
  const ending = await world.drive(breaksWithSilentDestination(world, Infinity)).ended
  expect(ending.whereabouts).toMatchObject({ kind: 'unclear', why: expect.stringContaining('destroy neither') })
  expect(ending.endedAt - world.beganAt).toBeGreaterThan(60_000)
  expect(ending.endedAt - world.beganAt).toBeLessThan(90_000)
  expect(world.resumes).toBe(0)
  // libvirt did answer.
  expect(world.updates.filter(({ kind }) => kind === 'step')).toEqual([])
})

test('it is resumed where the destination answers within that', async () => {
  const world = new World()
  world.onResume = async () => {
    world.places = landed
  }
  const ending = await world.drive(breaksWithSilentDestination(world, 45_000)).ended
  expect(ending).toMatchObject({ whereabouts: { kind: 'landed' }, resumed: 1 })
})

test('one that was found so is handed over after a minute, too', async () => {
  const world = new World()
  world.read = (elapsedMs) => sample(elapsedMs, { pass: 2, phase: 'post-copy-failed' })
  world.places = { source: broken.source, destination: silent }
  const ending = await world.drive(null).ended
  expect(ending.whereabouts.kind).toBe('unclear')
  expect(ending.endedAt - world.beganAt).toBeGreaterThan(60_000)
  expect(ending.endedAt - world.beganAt).toBeLessThan(90_000)
})

test('a destination that is silent between attempts to resume does not make them endless', async () => {
  const world = new World()
  world.onResume = async () => {
    throw refused('no route')
  }
  world.places = {
    source: broken.source,
    get destination() {
      // Back every minute, for a moment.
      return (world.nowMs - world.beganAt) % 60_000 < 50_000 ? silent : broken.destination
    },
  }
  world.read = (elapsedMs) => sample(elapsedMs, { pass: 2, phase: 'post-copy-failed' })
  const ending = await world.drive(null).ended
  expect(ending).toMatchObject({ whereabouts: { kind: 'post-copy-broken' }, resumed: 25 })
})

/** Broken after three seconds, resumed after twenty. */
function brokenForAWhile(world: World): void {
  world.read = (elapsedMs) => {
    if (elapsedMs > 30_000) world.places = landed
    else world.places = elapsedMs > 3000 && elapsedMs < 20_000 ? broken : moving
    if (elapsedMs > 30_000) return null
    return sample(elapsedMs, { pass: 2, phase: world.places === broken ? 'post-copy-failed' : 'post-copy' })
  }
}

test('whoever only watches stays while the driver lives, which may resume what broke', async () => {
  const world = new World()
  brokenForAWhile(world)
  const ending = await world.drive(null, 'off', { driverLives: () => true }).ended
  expect(ending.whereabouts.kind).toBe('landed')
  expect(world.resumes).toBe(0)
})

test('where the driver dies as well, who only watches tells what is there', async () => {
  const world = new World()
  brokenForAWhile(world)
  const driverLives = (): boolean => world.nowMs - world.beganAt < 5000
  const ending = await world.drive(null, 'off', { driverLives }).ended
  expect(ending.whereabouts.kind).toBe('post-copy-broken')
})

test('a resume that would kill the destination’s daemon is not tried', async () => {
  const world = new World()
  world.obstacle = () => 'libvirt 11.3.0 dies of it'
  const { ended } = world.drive(world.launchThatBreaks())
  const ending = await ended
  expect(ending).toMatchObject({ whereabouts: { kind: 'post-copy-broken' }, resumed: 0 })
  expect(ending.error).toMatchObject({ message: 'libvirt 11.3.0 dies of it' })
  expect(world.resumes).toBe(0)
})

test('while nobody can say whether a resume would kill a daemon, because its host fell silent, it is not tried', async () => {
  const world = new World()
  let asked = 0
  world.obstacle = () => {
    if (asked++ < 3) throw new Error('no route')
    return null
  }
  world.read = (elapsedMs) => (elapsedMs < 1000 ? sample(elapsedMs) : sample(elapsedMs, { phase: 'post-copy-failed' }))
  world.onResume = async () => {
    world.places = landed
  }
  const { ended } = world.drive(world.launchThatBreaks())
  expect(await ended).toMatchObject({ whereabouts: { kind: 'landed' }, resumed: 1 })
  expect(asked).toBe(4)
})

test('an abort of one that was found running is reported at once', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs < 3000) return sample(elapsedMs)
    world.places = stayed
    return null
  }
  const ending = await world.drive(null).ended
  expect(ending.whereabouts.kind).toBe('stayed')
  expect(ending.endedAt - world.beganAt).toBeLessThan(4000)
})

test('one that was found running ends when its source has let go of it', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs < 3000) return sample(elapsedMs)
    world.places = landed
    return null
  }
  expect((await world.drive(null).ended).whereabouts.kind).toBe('landed')
})

test('hosts that stay silent are handed to a person, not waited for for ever', async () => {
  const world = new World()
  world.read = () => null
  world.places = { source: silent, destination: silent }
  expect((await world.drive(null).ended).whereabouts.kind).toBe('unclear')
})

test('whoever only watches does nothing and writes no act', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs > 20_000) world.places = landed
    const pass = elapsedMs > 11_000 ? 2 : 1
    return elapsedMs > 20_000 ? null : sample(elapsedMs, { pass, remainingBytes: pass === 2 ? 600 * MiB : 20 * MiB })
  }
  await world.drive(null, 'off').ended
  expect(world.performed).toEqual([])
  expect(world.order).toEqual([])
})

const asNova: Intent = {
  ...defaultIntent,
  schedule: {
    name: 'Nova',
    pauses: [{ afterMs: 0, downtimeMs: 50 }],
    timeoutMs: 3000,
    timeoutAction: 'force-complete',
    autoConverge: false,
    postCopy: false,
  },
}

test("Nova's pause that fails is not asked for again", async () => {
  const world = new World()
  world.performs = (act) => {
    if (act.kind === 'set-downtime-limit') throw new Error('not now')
  }
  const timeless = { ...asNova, schedule: { ...asNova.schedule!, timeoutMs: null } }
  await world.drive(
    world.launchFor(5000, () => (world.places = landed)),
    'on',
    { intent: timeless },
  ).ended
  expect(world.order).toEqual(['intended set-downtime-limit', 'do set-downtime-limit', 'failed set-downtime-limit'])
})

test('a guest that was stopped to be moved, and is not moved, runs on where it was', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      world.places = { source: is('paused', 'user'), destination: absent }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('stayed')
  expect(world.order.slice(-3)).toEqual(['do suspend', 'done suspend', 'resume the guest'])
})

test('a stopped guest is resumed also where the destination takes its time to let go', async () => {
  const world = new World()
  const paused = is('paused', 'user')
  let failedAt = Infinity
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      failedAt = world.nowMs
      const later = (): HostView => (world.nowMs < failedAt + 7500 ? is('paused', 'migration') : absent)
      world.places = {
        source: paused,
        get destination() {
          return later()
        },
      }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  expect((await ended).whereabouts.kind).toBe('stayed')
  expect(world.order.at(-1)).toBe('resume the guest')
})

test('a stopped guest is never resumed while the destination may have it', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      world.read = () => null
      world.places = { source: is('paused', 'user'), destination: silent }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  expect((await ended).whereabouts.kind).toBe('unclear')
  expect(world.order).not.toContain('resume the guest')
})

test('a guest that somebody else has paused is left to them', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(1000, () => {
      world.read = () => null
      world.places = { source: is('paused', 'user'), destination: absent }
      throw new Error('the link broke')
    }),
  )
  expect((await ended).whereabouts.kind).toBe('unclear')
  expect(world.order).not.toContain('resume the guest')
})

/** A pass every 4 s, and what the source of the intent says at each boundary. */
function withNews(world: World, news: readonly (IntentNews | null)[]): IntentSource & { readonly asked: () => number } {
  let asked = 0
  let last = 0
  world.read = (elapsedMs) => {
    const pass = Math.floor(elapsedMs / 4000) + 1
    const passStarted = pass > last
    last = pass
    return sample(elapsedMs, { pass, passStarted, remainingBytes: 300 * MiB })
  }
  return { changed: () => news[asked++] ?? null, asked: () => asked }
}

test('what is wanted is looked at anew at the end of each pass, and holds from there on', async () => {
  const world = new World()
  const patient: Intent = { ...asNova, schedule: { ...asNova.schedule!, timeoutMs: 600_000, timeoutAction: 'abort' } }
  const hasty: Intent = { ...patient, schedule: { ...patient.schedule!, timeoutMs: 9000 } }
  const intentSource = withNews(world, [null, { kind: 'intent', intent: hasty, origin: 'nova.conf changed' }])
  const { ended } = world.drive(
    world.launchFor(12_000, () => (world.places = stayed)),
    'on',
    { intent: patient, intentSource },
  )
  await ended
  const { acts } = world.story.now
  expect(intentSource.asked()).toBe(2)
  expect(acts.map(({ act, pass }) => `${pass} ${act.kind}`)).toEqual([
    '1 set-downtime-limit',
    '3 change-intent',
    '3 abort',
  ])
  expect(acts[1]?.act.why).toBe('nova.conf changed: timeout 10 min → 9 s')
  const kept = world.journal.filter((entry) => entry.kind === 'state').at(-1)
  expect(kept?.kind === 'state' ? kept.state.intent : null).toEqual(hasty)
})

test('files that are broken at that moment are told, and what was wanted before holds', async () => {
  const world = new World()
  const intentSource = withNews(world, [{ kind: 'unreadable', why: 'nova.conf changed and cannot be used: line 3' }])
  const { ended } = world.drive(
    world.launchFor(6000, () => (world.places = landed)),
    'on',
    { intent: { ...asNova, schedule: { ...asNova.schedule!, timeoutMs: null } }, intentSource },
  )
  await ended
  const { acts } = world.story.now
  expect(acts.map(({ act }) => act.kind)).toEqual(['set-downtime-limit'])
  expect(world.updates).toContainEqual(
    expect.objectContaining({
      kind: 'step',
      message: 'nova.conf changed and cannot be used: line 3; what was wanted before still holds',
    }),
  )
})

test('an end that is forced is steered for, and told as a change of what is wanted; before the launch it is too early', async () => {
  const world = new World()
  const { driver, ended } = world.drive(world.launchFor(3000, () => (world.places = landed)))
  const wish = { kind: 'force-complete', why: 'maintenance' } as const
  expect(driver.wish(wish)).toMatchObject({ allowed: false, code: 'too-early' })
  let asked = false
  world.read = (elapsedMs) => {
    if (elapsedMs > 1000 && !asked) asked = driver.wish(wish).allowed
    return sample(elapsedMs)
  }
  await ended
  expect(world.story.now.acts[0]).toMatchObject({
    act: { kind: 'change-intent', why: expect.stringContaining('maintenance: pause limit 1 s →') },
  })
})

test('a wish that came too late is told, and not carried out', async () => {
  const world = new World()
  let asked = false
  world.read = (elapsedMs) => {
    if (elapsedMs < 1000) return sample(elapsedMs)
    if (!asked) asked = driver.wish({ kind: 'abort', why: 'by hand' }).allowed
    return sample(elapsedMs, { pass: 2, phase: 'post-copy' })
  }
  const { driver, ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  await ended
  expect(world.performed.map(({ kind }) => kind)).not.toContain('abort')
  expect(world.updates).toContainEqual(
    expect.objectContaining({ kind: 'step', message: expect.stringContaining('already runs on its destination') }),
  )
})
