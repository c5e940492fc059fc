import { expect, test } from 'vitest'
import type { JournalEntry } from './entry.ts'
import { steadyJournal } from './steady-journal.ts'

const sample: JournalEntry = {
  at: 1,
  kind: 'sample',
  sample: { at: 1, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent: 0 },
}
const act: JournalEntry = {
  at: 2,
  kind: 'act',
  stage: 'intended',
  act: { kind: 'start-post-copy', why: 'plateau', numbers: {} },
}

const write = (): never => {
  throw new Error('ENOSPC: no space left on device')
}

function onFullDisk(entries: readonly JournalEntry[]): string[] {
  const told: string[] = []
  const journal = steadyJournal(write, (message) => told.push(message))
  for (const entry of entries) journal(entry)
  return told
}

test('what cannot be written is told and ends nothing; of samples the first', () => {
  const told = onFullDisk([sample, sample, act, sample, act])
  expect(told.map((each) => /"(\S+)" is missing/.exec(each)?.[1])).toEqual(['sample', 'act', 'act'])
  expect(told[0]).toContain('ENOSPC')
})

test('a migration of which nothing was asked yet does not begin', () => {
  expect(() => onFullDisk([{ at: 1, kind: 'launching' }])).toThrow('ENOSPC')
  expect(() => onFullDisk([{ at: 1, kind: 'disk', stage: 'intended', path: '/a' }])).toThrow('ENOSPC')
  expect(onFullDisk([{ at: 1, kind: 'disk', stage: 'made', path: '/a' }])).toHaveLength(1)
})

test('what can be written is', () => {
  const entries: JournalEntry[] = []
  const journal = steadyJournal(
    (entry) => void entries.push(entry),
    () => expect.unreachable(),
  )
  journal(act)
  expect(entries).toEqual([act])
})
