import type { Predicted, Run } from './run/run.ts'
import { coreMachine, linkBytesPerSecond } from './machine.ts'

/** For tests: what Landfall predicted of a guest that is moved by post-copy. */
export const predicted: Predicted = {
  verdict: 'go',
  strategy: 'post-copy',
  reasonCode: 'post-copy-is-cheapest',
  finishes: 'yes',
  maxPauseMs: 1000,
  totalTimeMs: { low: 9000, likely: 10_000, high: 12_000 },
  downtimeMs: null,
  firstPassBytes: 250e6,
  plateauBytes: 100e6,
  linkBytesPerSecond: linkBytesPerSecond(coreMachine) ?? 0,
  probeMs: 4000,
  totalAfterPass1Ms: 10_000,
}

/** For tests: a run of Landfall's default that went well, and what is different. */
export const runOf = (change: Partial<Run>): Run => ({
  at: '2026-01-01T00:00:00.000Z',
  round: 0,
  workload: 'uniform 2 × B',
  contender: 'landfall',
  outcome: 'completed',
  totalTimeMs: 10_000,
  downtimeMs: 40,
  longestStallMs: 400,
  stalledMs: 1000,
  bytesSent: 300e6,
  pagesWritten: Math.round((8 * 2 * (linkBytesPerSecond(coreMachine) ?? 0)) / 4096),
  baselinePagesPerSecond: 17_000,
  guest: { alive: true, wrongPages: 0, wrongBlocks: 0, rebooted: false, kernelMessages: [], wrongs: [] },
  predicted: (change.contender ?? 'landfall').startsWith('landfall') ? predicted : null,
  report: null,
  loadBefore: 0.3,
  ...change,
})
