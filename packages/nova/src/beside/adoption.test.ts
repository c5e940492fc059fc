import { expect, test } from 'vitest'
import type { MigrationRecordOfNova } from './adoption.ts'
import { adoption } from './adoption.ts'

const job = { hostname: 'host1', beganAt: Date.parse('2026-11-28T20:00:10Z') }
const record: MigrationRecordOfNova = {
  id: 7,
  status: 'running',
  type: 'live-migration',
  sourceNode: 'host1',
  createdAt: new Date('2026-11-28T20:00:00Z'),
}

test.each(['running', 'running (post-copy)'])('a job of which Nova says that it is %s is Nova’s', (status) => {
  expect(adoption({ ...record, status }, job)).toEqual({ adopt: true, migration: 7 })
})

test.each<[string, MigrationRecordOfNova | null, RegExp]>([
  ['no record', null, /has no migration/],
  ['an evacuation', { ...record, type: 'evacuation' }, /\(7\) is of type evacuation/],
  ['one that has ended', { ...record, status: 'completed' }, /\(7\) is completed/],
  ['a status that nobody knows', { ...record, status: 'resting' }, /is resting/],
  ['another source', { ...record, sourceNode: 'host9' }, /leaves host9, and not host1/],
  ['a source that is not told', { ...record, sourceNode: null }, /leaves an unknown host/],
  ['one that was asked for later', { ...record, createdAt: new Date('2026-11-28T20:01:00Z') }, /after this one/],
])('%s: the job is somebody else’s', (_name, of, why) => {
  expect(adoption(of, job)).toMatchObject({ adopt: false, why: expect.stringMatching(why), mayChange: false })
})

test.each(['accepted', 'queued', 'preparing'])('%s: Nova is about to say so, and is asked again', (status) => {
  expect(adoption({ ...record, status }, job)).toMatchObject({ adopt: false, mayChange: true })
})

test('a clock that is some seconds behind keeps nothing from being adopted', () => {
  const createdAt = new Date(job.beganAt + 5000)
  expect(adoption({ ...record, createdAt }, job)).toMatchObject({ adopt: true })
})
