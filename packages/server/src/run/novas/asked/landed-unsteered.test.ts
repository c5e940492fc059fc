import { defaultIntent, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { Database } from '../../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../../store/sqlite/sqlite-store.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { plainFacts } from '../../../testing/plain-facts.ts'
import { hostPlacing } from '../../../testing/fake-connection.ts'
import { UpdateLog } from '../../update-log.ts'
import { tellLandedUnsteered } from './landed-unsteered.ts'

const uuid = '11111111-2222-3333-4444-555555555555'

const host = (name: string, runs: boolean) => hostPlacing(uuid, name, runs)

const planned = {
  guest: { name: 'web1', uuid, persistent: true },
  source: 'host1',
  intent: defaultIntent,
  facts: plainFacts,
  plan: plan(defaultIntent, plainFacts),
  wasPredicted: true,
}

async function told(status: 'completed' | 'error', runsOn: 'host1' | 'host2') {
  const nova = new FakeNova(uuid, { host: runsOn })
  nova.moves({ status, statusAsSent: status })
  if (nova.record === null) throw new Error('it has one')
  await using store = sqliteStore(new Database(':memory:'))
  const log = new UpdateLog()
  const sessions = [host('host1', runsOn === 'host1'), host('host2', runsOn === 'host2')]
  const clock = { now: () => 5000, sleep: async () => undefined }
  const landed = await tellLandedUnsteered(
    { sessions, store, clock },
    {
      nova,
      about: async () => planned,
      active: { id: 'm1', log },
      record: nova.record,
      requestId: 'req-1',
      beganAt: 1000,
      why: 'it had ended before that',
    },
  )
  return { landed, report: (await store.read('m1'))?.report ?? null, isTold: log.hasEnded }
}

test('an instance that Nova has moved before it could be steered is told as moved, and kept', async () => {
  const { landed, report, isTold } = await told('completed', 'host2')
  expect([landed, isTold]).toEqual([true, true])
  expect(report).toMatchObject({
    outcome: 'completed',
    strategy: null,
    destination: 'host2',
    totalTimeMs: 4000,
    reason: { message: "Nova's migration 7 has moved it to host2; it was not steered: it had ended before that" },
    nova: { migration: 7, requestId: 'req-1', status: 'completed' },
  })
})

test.each([
  ['what Nova says is completed while libvirt runs it where it was', 'completed', 'host1'],
  ['what Nova does not call completed', 'error', 'host2'],
] as const)('%s is told as nothing', async (_case, status, runsOn) => {
  expect(await told(status, runsOn)).toEqual({ landed: false, report: null, isTold: false })
})
