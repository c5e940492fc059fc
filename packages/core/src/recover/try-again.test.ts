import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import type { TransientKind, TryFailure } from './transient-failures.ts'
import { transientKindOf, transientKinds } from './transient-failures.ts'
import type { EndedTry, NotAgain } from './try-again.ts'
import { afterTry, intentLater, waitAfterTryMs } from './try-again.ts'

const answered = (code: string, part = 'VIR_FROM_QEMU'): TryFailure => ({ kind: 'answered', code, part })
const parted = answered('VIR_ERR_INTERNAL_ERROR', 'VIR_FROM_RPC')
const ended: EndedTry = {
  failure: parted,
  guest: 'source',
  switchoverBegan: false,
  aborted: false,
  leftBehind: false,
  failed: 1,
  intent: { retries: 2 },
  deadlineAt: null,
  now: 1000,
}

test.each<[string, TryFailure, TransientKind | null]>([
  ['a host that did not answer', { kind: 'host-silent' }, 'host-unreachable'],
  ['an answer that was lost', { kind: 'answer-lost' }, 'answer-lost'],
  ['daemons that lost each other', parted, 'daemons-parted'],
  ['a destination whose guest is locked', answered('VIR_ERR_OPERATION_TIMEOUT'), 'destination-busy'],
  ['what an earlier try left there', { kind: 'destination-occupied' }, 'destination-busy'],
  ['a stream that QEMU lost, or a QEMU that was destroyed', answered('VIR_ERR_OPERATION_FAILED'), null],
  ['a CPU that the destination lacks', answered('VIR_ERR_CPU_INCOMPATIBLE'), null],
  ['QEMU’s monitor gone', answered('VIR_ERR_SYSTEM_ERROR'), null],
  ['what nobody told', { kind: 'other' }, null],
])('%s: whether it may pass', (_name, failure, kind) => {
  expect(transientKindOf(failure)).toBe(kind)
})

describe('a try that failed is not followed by another', () => {
  test.each<[string, Partial<EndedTry>, NotAgain]>([
    ['once the guest has begun to change hosts', { switchoverBegan: true }, 'switchover-began'],
    ['where it was aborted', { aborted: true }, 'aborted'],
    ['where nobody can say that the guest runs on its source', { guest: 'elsewhere' }, 'guest-elsewhere'],
    ['where something was left behind', { leftBehind: true }, 'left-behind'],
    ['where it does not pass by itself', { failure: { kind: 'other' } }, 'not-transient'],
    ['where nobody permitted it', { intent: {} }, 'not-permitted'],
    ['where all are used up', { failed: 3 }, 'used-up'],
    ['behind the deadline', { deadlineAt: 11_000 }, 'deadline'],
  ])('%s', (_name, part, because) => {
    expect(afterTry({ ...ended, ...part })).toMatchObject({ again: false, because })
  })
})

test('one that may pass is tried again as often as it is permitted, later each time', () => {
  expect(afterTry(ended)).toEqual({ again: true, kind: 'daemons-parted', at: 11_000 })
  expect(afterTry({ ...ended, failed: 2, deadlineAt: 21_001 })).toMatchObject({ again: true, at: 21_000 })
  expect(waitAfterTryMs('destination-busy', 20)).toBe(300_000)
})

const failures = fc.oneof(
  fc.constantFrom<TryFailure>(
    { kind: 'host-silent' },
    { kind: 'answer-lost' },
    { kind: 'destination-occupied' },
    { kind: 'other' },
  ),
  fc.constantFrom('VIR_ERR_RPC', 'VIR_ERR_OPERATION_FAILED', 'VIR_ERR_RESOURCE_BUSY').map((code) => answered(code)),
)
const endedTries: fc.Arbitrary<EndedTry> = fc.record({
  failure: failures,
  guest: fc.constantFrom('source', 'source-alone-says', 'elsewhere'),
  switchoverBegan: fc.boolean(),
  aborted: fc.boolean(),
  leftBehind: fc.boolean(),
  failed: fc.integer({ min: 1, max: 25 }),
  intent: fc.record({ retries: fc.integer({ min: 0, max: 20 }) }),
  deadlineAt: fc.option(fc.integer({ min: 0, max: 1e7 })),
  now: fc.integer({ min: 0, max: 1e7 }),
})

test('whatever has happened: none is tried again that could harm, too often, too late, or without a pause', () => {
  fc.assert(
    fc.property(endedTries, (each) => {
      const next = afterTry(each)
      if (!next.again) return
      expect(each).toMatchObject({ switchoverBegan: false, aborted: false, leftBehind: false })
      expect(each.guest).not.toBe('elsewhere')
      expect(transientKinds).toContain(next.kind)
      expect(each.failed).toBeLessThanOrEqual(each.intent.retries ?? 0)
      expect(next.at - each.now).toBeGreaterThanOrEqual(10_000)
      expect(next.at).toBeLessThan(each.deadlineAt ?? Infinity)
    }),
  )
})

test('a migration that always fails in a way that may pass ends after one try more than it may be repeated', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.constantFrom(...transientKinds), (retries, kind) => {
      const failure: TryFailure =
        kind === 'daemons-parted' ? parted : { kind: kind === 'answer-lost' ? 'answer-lost' : 'host-silent' }
      let tries = 0
      for (let now = 0, goesOn = true; goesOn;) {
        tries++
        const next = afterTry({ ...ended, failure, failed: tries, intent: { retries }, now })
        goesOn = next.again
        if (next.again) now = next.at
      }
      expect(tries).toBe(retries + 1)
    }),
  )
})

test('a deadline counts from the start of the first try', () => {
  expect(intentLater({ ...defaultIntent, deadlineMs: 60_000 }, 20_000).deadlineMs).toBe(40_000)
  expect(intentLater(defaultIntent, 20_000)).toBe(defaultIntent)
})
