import { beforeEach, expect, test } from 'vitest'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { carryRepair } from './carry-repair.ts'
import { seeRepairs } from './see-repairs.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const name = 'instance-00000001'
const clock = { now: () => Date.parse('2026-11-28T21:00:00Z'), sleep: () => Promise.resolve() }

let world: FakeWorld
let nova: FakeNova
beforeEach(() => {
  world = new FakeWorld()
  nova = new FakeNova(uuid)
  nova.moves({ status: 'error', statusAsSent: 'error' })
})

const context = () => ({ clock, nova: nova.open, sessions: [world.session('host1'), world.session('host2')] })

test('an orphan is seen by its name, on every side, and nothing is changed by looking', async () => {
  world.add('host2', { name, uuid })
  const { guest, verdicts, facts } = await seeRepairs(context(), name)
  expect(guest).toEqual({ name, uuid })
  expect(facts.record).toMatchObject({ id: 7, status: 'error', isOver: true, silentMs: 3_600_000 })
  expect(verdicts['send-back']).toEqual({
    what: 'possible',
    steps: [{ act: 'migrate-back', from: 'host2', to: 'host1' }],
  })
  expect([world.changes, nova.asked]).toEqual([0, []])
})

test('a state of ERROR is reset by Nova alone', async () => {
  world.add('host1', { name, uuid })
  nova.instance = new FakeNova(uuid, { vmState: 'error' }).instance
  await carryRepair(context(), uuid, 'reset-state')
  expect([world.changes, nova.asked]).toEqual([0, [`resetState ${uuid}`]])
})

test('what was left defined is removed, and the guest runs on', async () => {
  world.add('host1', { name, uuid })
  world.add('host2', { name, uuid, state: 'shutoff' })
  await carryRepair(context(), uuid, 'remove-leftover')
  expect(world.hosts.host2.size).toBe(0)
  expect([world.runsOn(uuid), world.changes]).toEqual([['host1'], 1])
})

test('what a failed migration still holds goes back to its instance', async () => {
  world.add('host1', { name, uuid })
  const part = { VCPU: 1, MEMORY_MB: 1024 }
  nova.held = { ...nova.held, held: { p2: part }, byMigration: { consumer: 'm7', held: { p1: part } } }
  await carryRepair(context(), uuid, 'heal-allocations')
  expect(nova.asked).toEqual([`write ${JSON.stringify({ [uuid]: { p1: part }, m7: {} })}`])
})

test.each<[string, RegExp, () => void]>([
  ['a host is silent', /host2 does not say/, () => world.silent.add('host2')],
  [
    'Nova names a host that is not in use',
    /host9 does not say.*not among/,
    () => nova.moves({ destinationNode: 'host9' }),
  ],
  ['Nova does not know it', /no instance/, () => (nova.instance = null)],
  ['the guest runs elsewhere', /send it back first/, () => world.hosts.host1.clear()],
])('nothing is done where %s, and that is said', async (_name, why, happens) => {
  world.add('host1', { name, uuid })
  nova.instance = new FakeNova(uuid, { vmState: 'error' }).instance
  if (why.source.includes('back')) world.add('host2', { name, uuid })
  happens()
  const failed = { code: 'repair-refused', message: expect.stringMatching(why) }
  await expect(carryRepair(context(), uuid, 'reset-state')).rejects.toMatchObject(failed)
  expect([world.changes, nova.asked]).toEqual([0, []])
})
