import type { Client, FoundMigration, MigrationReport, MigrationUpdate } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { abortCommand, watchCommand } from '../migrate-command.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

// As much of each as is shown.
const planned = { kind: 'planned', at: 3, migration: {} } as MigrationUpdate
const act: MigrationUpdate = {
  kind: 'act',
  at: 5,
  act: { kind: 'suspend', why: 'the plateau is reached', numbers: {} },
}
const reason = { code: 'landed', message: 'web1 runs on host2' }
const ended: MigrationUpdate = { kind: 'ended', at: 6, report: { outcome: 'completed', reason } as MigrationReport }

const ofRequest: readonly MigrationUpdate[] = [
  { kind: 'step', at: 1, message: 'measuring the guest' },
  { kind: 'waiting', at: 2, source: 'host1', guests: ['db1'], most: { count: 1, from: 'nova.conf' } },
  planned,
  { kind: 'launched', at: 4, id: 'm1' },
  act,
  ended,
]

/** What `landfall watch web1 --json` writes to stderr where whoever answers has that role. */
async function watched(role: FoundMigration['role'], updates: readonly MigrationUpdate[]): Promise<readonly string[]> {
  const lines: string[] = []
  const client = {
    watch: async () => ({ id: 'm1', guest: 'web1', source: 'host1', destination: 'host2', role }),
    updates: async function* () {
      for (const [number, update] of updates.entries()) yield { number, update }
    },
  } as Partial<Client> as Client
  const terminal = plainTerminal({ err: (line) => void lines.push(line) })
  await watchCommand({ client, terminal, json: true, outlivesUs: true }, 'web1')
  return lines
}

test('who watches what the service launched is shown it from where it runs, as by one who found it', async () => {
  expect(await watched({ origin: 'launched', hands: 'on' }, ofRequest)).toEqual([
    'web1: host1 → host2; started by the service, which steers it',
    'found m1',
    'stop the guest: the plateau is reached',
  ])
})

test('of one that was taken over between two tries all is shown', async () => {
  const updates: readonly MigrationUpdate[] = [
    { kind: 'try-failed', at: 1, number: 1, againAt: 2, message: 'try 1 failed' },
    { kind: 'adopted', at: 3, id: 'm1' },
    ended,
  ]
  expect(await watched({ origin: 'taken-over', hands: 'on' }, updates)).toEqual([
    'web1: host1 → host2; its driver is gone: steering it from here',
    'try 1 failed',
    'found m1',
  ])
})

const withdrawn = new LandfallError('withdrawn', 'web1: aborted by abort; nothing was started', { next: 'Ask again' })

/** What `landfall abort web1 --json` ends with, where whoever answers tells that of it. */
async function aborted(updates: Client['updates'], underWay: readonly string[] = []) {
  const lines: string[] = []
  const client = {
    abort: async () => ({ id: 'm1', guest: 'web1', source: 'host1', destination: 'host2' }),
    updates,
    underWay: async () => underWay.map((id) => ({ id })),
    report: () => Promise.reject(new LandfallError('no-migration', 'none')),
  } as unknown as Client
  const terminal = plainTerminal({ out: (line) => void lines.push(line) })
  const end = await abortCommand({ client, terminal, json: true, outlivesUs: true }, 'web1').catch(
    (error: unknown) => error,
  )
  return { end, told: lines.map((line): unknown => JSON.parse(line)) }
}

test('what was aborted before it began is aborted as asked', async () => {
  const { end, told } = await aborted(async function* () {
    yield { number: 1, update: { kind: 'step', at: 1, message: 'measuring the guest' } }
    throw withdrawn
  })
  expect(end).toBe(0)
  expect(told).toEqual([{ outcome: 'aborted', reason: { code: 'asked', message: withdrawn.message } }])
})

test('what was refused when it was aborted stays where it is, too', async () => {
  const report = { outcome: 'refused', reason: { code: 'pause-limit', message: 'a pause of 9 s' } } as MigrationReport
  const { end, told } = await aborted(async function* () {
    yield { number: 1, update: { kind: 'refused', at: 1, report } }
  })
  expect(end).toBe(0)
  expect(told).toMatchObject([{ outcome: 'refused', reason: { code: 'pause-limit' } }])
})

test('what another server has taken is not told as aborted', async () => {
  const fails: Client['updates'] = () => {
    throw withdrawn
  }
  expect(await aborted(fails, ['m1'])).toEqual({ end: withdrawn, told: [] })
})
