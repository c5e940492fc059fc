import type { MigrationPlan } from '@landfall/api'
import { defaultIntent, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import type { Host } from '../hosts/host.ts'
import type { Dial } from '../hosts/host-session.ts'
import { begin } from '../run/start/begin.ts'
import { openRunContext } from '../run/start/context.ts'
import { watch } from '../run/start/watch.ts'
import type { DriverIdentity } from '../store/driver-identity.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import { FakeWorld } from './fake-hosts.ts'
import { LiveHosts } from './live-hosts.ts'
import { plainFacts as facts } from './plain-facts.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const intent = { ...defaultIntent, onlyCold: true } as const
const dead: DriverIdentity = { ...ownIdentity(), startTicks: 'none' }
/** As elsewhere: fewer where the fast tests run by themselves. */
const kills = Number(process.env['LANDFALL_KILLS'] ?? '40')
const never = new Promise<never>(() => undefined)

const cold: MigrationPlan = {
  guest: { name: 'web1', uuid, persistent: true },
  source: 'host1',
  destination: 'host2',
  intent,
  intentSources: {},
  findings: [],
  facts,
  plan: plan(intent, facts),
  keptThere: null,
  reverts: false,
  probeObstacle: null,
}
const live: MigrationPlan = { ...cold, intent: defaultIntent, plan: plan(defaultIntent, facts) }

/** Where a driver dies: at so many entries, before or after the one that it is about to write. */
interface Death {
  /** Else cold. */
  readonly isLive: boolean
  readonly entry: number
  readonly isWritten: boolean
  readonly confirm: boolean
  readonly cannotStart: boolean
}

/** Reproducible (mulberry32), and spread over everything that a death may meet. */
function deathNumber(number: number): Death {
  let seed = number
  const random = (): number => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    isLive: random() < 0.5,
    entry: Math.floor(random() * 4),
    isWritten: random() < 0.5,
    confirm: random() < 0.5,
    cannotStart: random() < 0.4,
  }
}

/** Hosts that a guest is migrated between, and what became of it. */
interface Place extends AsyncDisposable {
  readonly hosts: readonly Host[]
  readonly dial: Dial | undefined
  readonly runsOn: () => readonly string[]
  /** Whether it never ran twice, and was never gone. */
  readonly isSound: () => boolean
}

async function placeFor({ isLive, cannotStart }: Death): Promise<Place> {
  if (isLive) {
    const live = await LiveHosts.listen()
    const { hosts } = live
    const close = (): Promise<void> => live[Symbol.asyncDispose]()
    const runsOn = (): readonly string[] => [`host${live.at + 1}`]
    return { hosts, dial: undefined, runsOn, isSound: () => true, [Symbol.asyncDispose]: close }
  }
  const world = new FakeWorld()
  world.add('host1', { name: 'web1', uuid, autostart: true })
  if (cannotStart) world.failing.add('host2 create')
  return {
    hosts: [world.facts('host1'), world.facts('host2')],
    dial: world.dial,
    runsOn: () => world.runsOn(uuid),
    isSound: () => !world.everTwice && !world.everGone,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** A store whose user is killed there; what it wrote names a driver that is gone. */
function killedAt(store: Store, { entry, isWritten }: Death, onDeath: () => void): Store {
  let written = 0
  const reach = async <T>(write: () => Promise<T>): Promise<T> => {
    const dies = written++ === entry
    if (dies && !isWritten) onDeath()
    if (dies && !isWritten) await never
    const result = await write()
    if (dies) onDeath()
    if (dies) await never
    return result
  }
  return {
    ...store,
    begin: (record, at, _driver, options) => reach(() => store.begin(record, at, dead, options)),
    append: (lease, told) => reach(() => store.append(lease, told)),
  }
}

/** Where the stores of one driver that is killed, and of the next one, lie. */
export interface KillPlace {
  /** Of the driver that is killed. */
  readonly doomed: Store
  /** Of the one after it. */
  readonly next: Store
  /** What the death of the first one does to its leases. */
  readonly die: () => Promise<void>
  readonly clear: () => Promise<void>
}

/** Drivers that are killed at any entry, whatever database it is written to. */
export function killedDriverSuite(makePlace: () => Promise<KillPlace>): void {
  test(`a driver that is killed at any of ${kills} entries is followed by one that ends the migration in the right state`, async () => {
    const ends = new Map<string, number>()
    for (let number = 0; number < kills; number++) {
      const death = deathNumber(number)
      const { doomed: own, next: store, die, clear } = await makePlace()
      await using place = await placeFor(death)
      const { hosts, dial } = place
      {
        const died = Promise.withResolvers<'died'>()
        const doomed = killedAt(own, death, () => died.resolve('died'))
        await using first = openRunContext({ hosts, store: doomed, dial })
        const options = { confirm: death.confirm }
        const ended = begin(first, death.isLive ? live : cold, () => undefined, options).then(
          async (running) => (await running.ended).outcome,
        )
        const outcome = await Promise.race([ended, died.promise])
        if (outcome === 'died') await die()
        await using second = openRunContext({ hosts, store, dial })
        if (outcome === 'died' && (await store.unended()).length > 0) {
          const running = await watch(second, 'web1', () => undefined, { steer: false })
          await running.ended
        }
        const told = { death, outcome, runsOn: place.runsOn(), isSound: place.isSound() }
        expect(told).toMatchObject({ isSound: true, runsOn: [expect.any(String)] })
        const [report] = (await store.reports({ limit: 1 })).items
        const there = report?.outcome === 'completed' ? 'host2' : 'host1'
        expect({ ...told, unended: await store.unended() }).toMatchObject({ unended: [], runsOn: [there] })
        const end = `${death.isLive ? 'live' : 'cold'}, ${outcome} → ${report?.outcome ?? 'never begun'}`
        ends.set(end, (ends.get(end) ?? 0) + 1)
      }
      await clear()
    }
    // Whatever can come of it did.
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining([
        'live, died → completed',
        'live, died → aborted',
        'cold, died → completed',
        'cold, died → aborted',
        'cold, died → failed',
        'cold, died → never begun',
      ]),
    )
  }, 300_000)
}
