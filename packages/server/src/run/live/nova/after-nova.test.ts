import { beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import type { AfterNova } from './after-nova.ts'
import { afterNova } from './after-nova.ts'

let nova: FakeNova
let now: number
/** What becomes of the record while it is waited for. */
let passes: (elapsedMs: number) => void

beforeEach(() => {
  nova = new FakeNova('u1', { host: 'host2', hypervisorHostname: 'host2' })
  now = 0
  passes = () => undefined
})

const clock: Clock = {
  now: () => now,
  sleep: async (ms) => {
    now += ms
    passes(now)
  },
}

const after = (runsOn: string | null): Promise<AfterNova> =>
  afterNova({ open: nova.open, server: 'u1', migration: 7, requestId: 'req-1', clock, runsOn })

test('Nova is waited for until it is done, and what it says is told', async () => {
  nova.moves({ status: 'running' })
  passes = (elapsedMs) => {
    if (elapsedMs >= 12_000) nova.moves({ status: 'completed', statusAsSent: 'completed' })
  }
  expect(await after('host2')).toEqual({
    nova: { migration: 7, requestId: 'req-1', status: 'completed', host: 'host2', state: 'active' },
    remarks: [],
  })
  expect(now).toBeGreaterThanOrEqual(12_000)
})

test('an end that is written over within seconds does not count', async () => {
  nova = new FakeNova('u1')
  nova.moves({ status: 'cancelled', statusAsSent: 'cancelled' })
  passes = (elapsedMs) => {
    if (elapsedMs < 3000) return
    nova.instance = new FakeNova('u1', { vmState: 'error', status: 'ERROR' }).instance
    nova.moves({ status: 'error', statusAsSent: 'error' })
  }
  const { nova: told, remarks } = await after('host1')
  expect(told).toMatchObject({ status: 'error', state: 'error' })
  expect(remarks).toEqual([expect.stringMatching(/state ERROR.*landfall repair u1 --do reset-state/)])
})

test('a guest that runs where Nova does not have it is an alarm, with what must not be done', async () => {
  nova = new FakeNova('u1')
  nova.moves({ status: 'error', statusAsSent: 'error' })
  const { remarks } = await after('host2')
  expect(remarks).toEqual([expect.stringMatching(/runs on host2, and Nova has it on host1\. Do not start/)])
})

test('a Nova that does not answer is not taken for one that agrees', async () => {
  nova.refusals.set('newestMigration', new Error('503'))
  const { nova: told, remarks } = await after('host2')
  expect(told.status).toBeNull()
  expect(remarks).toEqual(['what Nova has written down could not be compared: 503'])
})
