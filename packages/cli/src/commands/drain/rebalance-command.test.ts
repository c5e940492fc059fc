import type { RebalancePlan } from '@landfall/core'
import { expect, test } from 'vitest'
import { noMoves } from '../../testing/no-moves.ts'
import { plainTerminal } from '../../testing/plain-terminal.ts'
import type { CommandRun } from '../run-command.ts'
import { rebalanceCommand } from './rebalance-command.ts'

const nothing: RebalancePlan = {
  reason: 'fewer than two hosts that answer can take part',
  fills: [],
  silent: [],
  ...noMoves,
}

/** The exit code, and what is said beside a plan. */
async function saidOf(plan: RebalancePlan): Promise<{ code: number; said: readonly string[] }> {
  const said: string[] = []
  const terminal = plainTerminal({ err: (line) => void said.push(line) })
  const client = { drains: { rebalance: async () => plan } }
  // Only what a plan is asked of.
  const run = { client, terminal, json: false, outlivesUs: false } as unknown as CommandRun
  return { code: await rebalanceCommand(run, [], { plan: true }), said }
}

test('hosts that do not answer are told beside the plan, and in the exit code', async () => {
  const silent = [{ host: 'host3', why: 'host3 cannot be reached: timed out' }]
  expect(await saidOf({ ...nothing, silent })).toEqual({ code: 6, said: ['host3 cannot be reached: timed out'] })
  expect(await saidOf(nothing)).toEqual({ code: 0, said: [] })
})
