import type { MigrationReport } from '@landfall/api'
import { expect, test } from 'vitest'
import type { DriverIdentity } from '../../../store/driver-identity.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import type { Store } from '../../../store/store.ts'
import { parted, permitted, TriedWorld } from '../../../testing/tried-world.ts'
import { begin } from '../begin.ts'
import { takeOver } from '../take-over.ts'

const dead: DriverIdentity = { ...ownIdentity(), startTicks: 'none' }
const never = new Promise<never>(() => undefined)

/** A store whose user is killed at that entry, before or after it is written. */
function killedAt(store: Store, entry: number, isWritten: boolean, onDeath: () => void): Store {
  let entries = 0
  const reach = async <T>(write: () => Promise<T>): Promise<T> => {
    if (entries++ !== entry) return write()
    if (isWritten) await write()
    onDeath()
    return never
  }
  return {
    ...store,
    begin: (record, at, _driver, options) => reach(() => store.begin(record, at, dead, options)),
    append: (lease, told) => reach(() => store.append(lease, told)),
  }
}

interface End {
  readonly first: 'died' | 'lived'
  readonly report: MigrationReport | null
}

/** A migration whose call fails twice, with a driver that dies and one that comes after it. */
async function playedTo(world: TriedWorld, entry: number, isWritten: boolean): Promise<End> {
  world.answers = [parted(), parted()]
  const died = Promise.withResolvers<null>()
  const doomed = killedAt(world.store, entry, isWritten, () => died.resolve(null))
  await using context = world.open(doomed)
  const options = { id: 'm1', planAgain: world.planAgain }
  const ended = begin(context, world.planned(permitted), () => undefined, options).then(({ ended: end }) => end)
  const lived = await Promise.race([ended, died.promise])
  if (lived !== null) return { first: 'lived', report: lived }
  const left = await world.store.unendedOf('web1')
  if (left === null)
    return { first: 'died', report: await world.store.read('m1').then((story) => story?.report ?? null) }
  const running = await takeOver(world.context, left, () => undefined, world.planAgain)
  return { first: 'died', report: await running.ended }
}

test('a driver that is killed at any entry of a migration that is tried again is followed by one that ends it', async () => {
  const ends = new Set<string>()
  for (let entry = 0, lived = false; !lived; entry++) {
    for (const isWritten of [false, true]) {
      await using world = await TriedWorld.listen()
      const { first, report } = await playedTo(world, entry, isWritten)
      lived = first === 'lived'
      const outcome = report?.outcome ?? 'never begun'
      ends.add(`${first}: ${outcome}`)
      const told = { entry, isWritten, outcome, calls: world.calls, at: world.hosts.at }
      expect(told).toMatchObject({ at: outcome === 'completed' ? 1 : 0 })
      // No oftener than the intent permits, whoever tries.
      expect(world.calls).toBeLessThanOrEqual(3)
      expect(await world.store.unended()).toEqual([])
      expect((await world.store.read('m1'))?.report ?? null).toEqual(report)
    }
  }
  expect([...ends].toSorted()).toEqual(['died: aborted', 'died: completed', 'died: never begun', 'lived: completed'])
}, 60_000)
