// What somebody does to a guest by hand while it is moved cold.
import { beforeEach, expect, test } from 'vitest'
import { HostSession } from '../../hosts/host-session.ts'
import { ColdWorld, uuid } from '../../testing/cold-world.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'

let world: ColdWorld
beforeEach(() => {
  world = new ColdWorld()
})

const source = () => world.hosts.host1.get(uuid)
const off = (change: { readonly reason?: string; readonly isSaved?: boolean }): void => {
  Object.assign(source() ?? {}, { state: 'shutoff' }, change)
}

test.each([
  ['was moved away', { reason: 'migrated' }, /somebody else has moved web1 away from host1/],
  ['was saved', { reason: 'saved' }, /by somebody on host1 \(virsh save\)/],
  ['has its memory in a file, by a daemon that was started since', { isSaved: true }, /virsh managedsave/],
])('a guest that %s is off, and is not started anywhere', async (_case, change, why) => {
  world.deafTimes = 1
  world.storeIsAwayAt('cold-step', () => off(change))
  const { report } = await world.migrate()
  expect([world.runsOn(uuid), [...world.hosts.host2.keys()]]).toEqual([[], []])
  expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'unclear', message: expect.stringMatching(why) } })
})

test('a guest that runs on a third host is started nowhere else', async () => {
  const third = new HostSession({ ...world.facts('host1'), name: 'host3' }, () =>
    Promise.resolve(
      fakeConnection({
        isClosed: false,
        domainLookupByUUID: () => Promise.resolve({ uuid, isActive: () => Promise.resolve(true) }),
      }),
    ),
  )
  await third.connection()
  world.others = [third]
  const { report } = await world.migrate()
  expect(world.runsOn(uuid)).toEqual([])
  expect(report).toMatchObject({ reason: { code: 'unclear', message: expect.stringMatching(/^web1 runs on host3/) } })
})

test.each([0, 1])(
  'one that goes off just as it is asked (after %i requests that it did not hear) is moved',
  async (deaf) => {
    world.deafTimes = deaf
    world.goesOffBefore = 'shutdown'
    expect((await world.migrate()).report.outcome).toBe('completed')
    expect(world.runsOn(uuid)).toEqual(['host2'])
  },
)

test('one that was started again on its source before anything was defined elsewhere stays there as it was', async () => {
  world.storeIsAwayAt('cold-step', () => undefined)
  world.failing.add('host2 define')
  world.storeIsAwayAt('going-back', () => world.startByHand('host1'))
  const { report } = await world.migrate()
  expect([world.everTwice, world.runsOn(uuid), report.outcome]).toEqual([false, ['host1'], 'failed'])
  expect([await world.markOn('host1'), source()?.autostart]).toEqual([null, true])
})

test('the last lasting definition is not removed: a guest that is there without one would be gone with its next stop', async () => {
  world.storeIsAwayAt('starting', () => undefined)
  const { report } = await world.migrate({ confirmAtOnce: false })
  expect(report.outcome).toBe('completed')
  const there = world.hosts.host2.get(uuid)
  if (there === undefined) throw new Error('it has not moved')
  there.persistent = false
  const again = await world.migrate({ confirmAtOnce: true })
  expect(again.report).toMatchObject({
    outcome: 'failed',
    reason: { message: expect.stringContaining('without a definition: define it there first') },
  })
  expect(world.hosts.host1.has(uuid)).toBe(true)
})

test('where the source has no definition any more, the destination’s is not removed on the way back', async () => {
  world.failing.add('host2 create')
  world.storeIsAwayAt('going-back', () => world.hosts.host1.delete(uuid))
  const { report } = await world.migrate()
  expect(report).toMatchObject({
    reason: { code: 'unclear', message: expect.stringContaining('nothing of it was removed') },
  })
  expect(world.hosts.host2.has(uuid)).toBe(true)
})
