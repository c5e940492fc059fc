import type { RebalanceRequest } from '@landfall/api'
import { afterEach, expect, test } from 'vitest'
import { FakeNova, plainServer } from '../testing/fake-nova.ts'
import { noNova } from '../cloud/open-nova.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { Drains, usualRequest } from './drains.ts'

const { wanted, headroomBytes, mostVcpusPerCpu, limits } = usualRequest('host1', 'drain')
const everyHost: RebalanceRequest = { wanted, headroomBytes, mostVcpusPerCpu, limits, hosts: null }
const nobody = (): void => undefined
let opened: Drains | null = null
afterEach(() => opened?.[Symbol.asyncDispose]())

function drainsOf({ sessions, clock, port, makePlan }: FakeFleet, nova = noNova): Drains {
  const store = sqliteStore(new Database(':memory:'))
  opened = new Drains({ context: { sessions, clock, store, nova }, port, makePlan })
  return opened
}

test('hosts that are unevenly full are told which guests would have to move, and nothing is started; a silent host takes no part, and is told', async () => {
  const fleet = new FakeFleet(3, 16)
  for (const [index, size] of [4, 2, 2, 2].entries()) fleet.add(`g${index}`, 'host1', size)
  fleet.fallSilent('host3')
  const plan = await drainsOf(fleet).rebalance(everyHost, nobody)
  expect(plan.moves.map(({ guest, from, to }) => [guest, from, to])).toEqual([['g0', 'host1', 'host2']])
  expect(plan.fills.map(({ host }) => host)).toEqual(['host1', 'host2'])
  expect(plan.silent).toEqual([{ host: 'host3', why: expect.stringContaining('host3 is down') }])
  const [host1, host2] = plan.fills
  expect(host1?.before).toBeCloseTo((10 * 1.02 + 4 * 0.1875) / 16)
  expect((host1?.after ?? 0) + (host2?.after ?? 0)).toBeCloseTo(host1?.before ?? 0)
  expect([fleet.launches.length, plan.totalMs !== null]).toEqual([0, true])
})

test('a host whose guests nobody could tell takes no part, though it answers a moment later: it is not taken for empty', async () => {
  const fleet = new FakeFleet(3, 16)
  for (const host of ['host1', 'host3']) for (const size of [3, 3, 3]) fleet.add(`${size} on ${host}`, host, size)
  const [, , third] = fleet.sessions
  const connection = third?.connection.bind(third)
  let asked = 0
  Object.assign(third ?? {}, {
    connection: () => (asked++ === 0 ? Promise.reject(new Error('it is busy')) : connection?.()),
  })
  const plan = await drainsOf(fleet).rebalance(everyHost, nobody)
  expect(plan.fills.map(({ host }) => host)).toEqual(['host1', 'host2'])
  expect(plan.silent).toEqual([{ host: 'host3', why: 'it is busy' }])
})

test('only the hosts that are named take part, and one that is drained gives and gets nothing', async () => {
  const fleet = new FakeFleet(4, 16)
  for (const [index, size] of [4, 2, 2, 2].entries()) fleet.add(`g${index}`, 'host1', size)
  const drains = drainsOf(fleet)
  await drains.start(usualRequest('host4', 'drain'), nobody)
  const between = async (hosts: readonly string[] | null) =>
    (await drains.rebalance({ ...everyHost, hosts }, nobody)).fills.map(({ host }) => host)
  expect(await between(null)).toEqual(['host1', 'host2', 'host3'])
  expect(await between(['host1', 'host3'])).toEqual(['host1', 'host3'])
  await expect(between(['host9'])).rejects.toMatchObject({ code: 'unknown-host' })
})

test("members of a server group of Nova's stay apart", async () => {
  const fleet = new FakeFleet(3, 16)
  const nova = new FakeNova('')
  const group = [fleet.add('half', 'host1', 6, true), fleet.add('other half', 'host2', 1, true)]
  nova.groups.set('g1', { id: 'g1', name: 'apart', policy: 'anti-affinity', members: group })
  for (const id of group) nova.instances.set(id, { ...plainServer, id, serverGroups: ['g1'] })
  fleet.add('filler', 'host1', 6)
  fleet.add('on host3', 'host3', 2)
  const plan = await drainsOf(fleet, nova.open).rebalance(everyHost, nobody)
  expect(plan.moves.map(({ guest, to }) => [guest, to])).toEqual([['filler', 'host2']])
})
