import type { Client, Drain, DrainChange } from '@landfall/api'
import { expect, test } from 'vitest'
import type { CommandRun } from '../run-command.ts'
import { changeDrain } from './drain-run.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'

const terminal = plainTerminal()

const drainWith = (driven: boolean, hasEnded = false): Drain => ({
  state: {
    id: 'd1',
    kind: 'drain',
    host: 'host1',
    beganAt: 0,
    mode: 'running',
    limits: { perSource: 1, perDestination: 1, fleet: 1 },
    window: null,
    fallback: 'stay',
    mostAttempts: 3,
    guests: [],
    leftOut: [],
    predictedTotalMs: null,
    waitingFor: 'nothing',
    end: hasEnded ? { outcome: 'done', at: 1, next: '' } : null,
  },
  progress: { moved: 0, total: 0, left: 0, endsAt: null },
  driven,
})

/** How often it was asked how a drain stands after it was changed, by a driver that lives or not. */
async function looksAfter(change: DrainChange, wasDriven: boolean): Promise<number> {
  let looks = 0
  const drains: Partial<Client['drains']> = {
    of: async (host) => (host === 'host1' ? drainWith(wasDriven) : drainWith(true, ++looks > 0)),
    change: async () => drainWith(true),
  }
  const run = { client: { drains }, terminal, json: true, outlivesUs: false } as unknown as CommandRun
  await changeDrain(run, 'host1', change)
  return looks
}

test('a drain that is taken up here is stayed with; one that another process drives is told and left there', async () => {
  expect(await looksAfter({ kind: 'resume' }, false)).toBe(1)
  for (const kind of ['resume', 'pause', 'stop'] as const) expect(await looksAfter({ kind }, true)).toBe(0)
})
