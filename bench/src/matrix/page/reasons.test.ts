import { expect, test } from 'vitest'
import { coreMachine } from '../machine.ts'
import { predicted, runOf } from '../testing.ts'
import { reasons, reasonsTable } from './reasons.ts'
import { targets } from './verdict.ts'

const measured = (runs: readonly ReturnType<typeof runOf>[]) => ({ machine: coreMachine, runs })

test('every reason is of a target of the bench', () => {
  const known = targets(measured([])).map(({ what }) => what)
  expect(Object.keys(reasons).filter((what) => !known.includes(what))).toEqual([])
})

test('a target that is missed is told with its reason, one that is met is not, and one without a reason says so', () => {
  const slow = runOf({ totalTimeMs: 12_000, predicted: { ...predicted, probeMs: 11_000 } })
  const peer = runOf({ contender: 'virsh --postcopy-after-precopy', totalTimeMs: 9000 })
  const table = reasonsTable(measured([slow, peer]))
  expect(table).toMatch(/total time ÷ best peer \| Post-copy as soon as/)
  expect(table).toMatch(/checks, probe and plan, at most \| not known \| - \|/)
  expect(table).not.toMatch(/runs that end as planned/)
  expect(reasonsTable(measured([peer]))).toBe('')
})
