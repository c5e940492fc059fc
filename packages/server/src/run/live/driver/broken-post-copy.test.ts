import { expect, test } from 'vitest'
import type { LibvirtError } from '@landfall/libvirt'
import { absent, broken, is, landed, sample, silent, World } from '../../../testing/driven-world.ts'
import { libvirtRefusal } from '../../../testing/libvirt-refusal.ts'

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

test('where the destination has nothing of it any more, nobody waits for minutes for what cannot come back', async () => {
  const world = new World()
  world.onResume = async () => {
    throw new Error('no domain')
  }
  const launch = world.launchFor(1000, () => {
    world.places = { source: broken.source, destination: { kind: 'absent' } }
    world.read = (elapsedMs) => sample(elapsedMs, { pass: 2, phase: 'post-copy-failed' })
    throw new Error('QEMU on the destination has ended')
  })
  const ending = await world.drive(launch).ended
  expect(ending.whereabouts).toEqual({ kind: 'post-copy-broken', destinationLost: true })
  expect([ending.resumed, ending.endedAt - world.beganAt < 60_000]).toEqual([3, true])
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

/** libvirt's own answer to the migration call. */
const refused = (message: string): LibvirtError => libvirtRefusal(9, message, 'DOMAIN_MIGRATE_PERFORM3_PARAMS')

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

test('who lost the migration while it waited for the next attempt to resume leaves that to whoever has it', async () => {
  const world = new World()
  world.onResume = async () => {
    if (world.resumes === 1) throw new Error('no route')
    world.places = landed
  }
  world.read = (elapsedMs) => (elapsedMs < 1000 ? sample(elapsedMs) : sample(elapsedMs, { phase: 'post-copy-failed' }))
  const { driver, ended } = world.drive(world.launchThatBreaks())
  const push = world.updates.push.bind(world.updates)
  world.updates.push = (...updates) => {
    if (updates[0]?.kind === 'post-copy-broken' && world.resumes === 1) driver.letGo()
    return push(...updates)
  }
  expect((await ended).whereabouts.kind).toBe('post-copy-broken')
  expect(world.resumes).toBe(1)
})

test('one whose source is lost in post-copy has not landed because its destination has not noticed yet', async () => {
  const world = new World()
  world.onResume = async () => {
    throw refused('no domain')
  }
  const launch = world.launchFor(1000, () => {
    const noticesAt = world.nowMs + 400
    world.places = {
      source: absent,
      get destination() {
        return is('running', world.nowMs < noticesAt ? 'postcopy' : 'postcopy-failed')
      },
    }
    world.read = () => null
    throw refused('guest unexpectedly quit')
  })
  expect((await world.drive(launch).ended).whereabouts.kind).toBe('post-copy-broken')
})
