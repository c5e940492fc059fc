import { assert, boolean, constant, constantFrom, option, property, record as recordOf } from 'fast-check'
import { expect, test } from 'vitest'
import type { WhileRunning } from './while-running.ts'
import { differencesWhileRunning } from './while-running.ts'

const agreed: WhileRunning = {
  id: 'u1',
  instance: { vmState: 'active' },
  record: { id: 7, status: 'running', hasEnded: false, destinationNode: 'host2' },
  job: { source: 'host1', destination: 'host2', isPostCopy: false },
  monitorSilentMs: null,
}
const record = { id: 7, status: 'running', hasEnded: false, destinationNode: 'host2' }
const job = { source: 'host1', destination: 'host2', isPostCopy: false }
const codesOf = (part: Partial<WhileRunning>) => differencesWhileRunning({ ...agreed, ...part }).map(({ code }) => code)

test('where both tell the same nothing is told', () => {
  expect(codesOf({})).toEqual([])
  expect(codesOf({ record: { ...record, destinationNode: null } })).toEqual([])
  expect(codesOf({ record: { ...record, status: 'running (post-copy)' }, job: { ...job, isPostCopy: true } })).toEqual(
    [],
  )
})

test('each way in which they differ is told', () => {
  expect(codesOf({ instance: null })).toEqual(['no-instance'])
  expect(codesOf({ record: null })).toEqual(['no-record'])
  expect(codesOf({ record: { ...record, status: 'error', hasEnded: true } })).toEqual(['record-ended'])
  expect(codesOf({ record: { ...record, destinationNode: 'host3' } })).toEqual(['other-destination'])
  expect(codesOf({ job: { ...job, isPostCopy: true } })).toEqual(['post-copy-unknown'])
  expect(codesOf({ instance: { vmState: 'error' } })).toEqual(['instance-in-error'])
  expect(codesOf({ monitorSilentMs: 40_000 })).toEqual(['monitor-silent'])
})

test('a record that waits writes nothing down, and that is no silence', () => {
  expect(codesOf({ record: { ...record, status: 'preparing' }, monitorSilentMs: 40_000 })).toEqual([])
})

test('in post-copy nobody is told to abort', () => {
  const any = recordOf({
    id: constant('u1'),
    instance: constantFrom(null, { vmState: 'active' }, { vmState: 'error' }),
    record: option(
      recordOf({
        id: constant(7),
        status: constantFrom('running', 'error', 'preparing', 'completed'),
        hasEnded: boolean(),
        destinationNode: constantFrom(null, 'host2', 'host3'),
      }),
    ),
    job: recordOf({
      source: constant('host1'),
      destination: constantFrom(null, 'host2'),
      isPostCopy: boolean(),
    }),
    monitorSilentMs: constantFrom(null, 30_000),
  })
  assert(
    property(any, (seen) => {
      for (const { what, next } of differencesWhileRunning(seen)) {
        expect(what).not.toBe('')
        expect(seen.job.isPostCopy && /Abort it/.test(next)).toBe(false)
      }
    }),
  )
})
