import { appendFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SteerState } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownIdentity } from './driver-identity.ts'
import type { MigrationEntry } from './entry.ts'
import type { MigrationRecord } from './record.ts'
import { JournalFolder } from './journal.ts'
import type { MigrationStory } from './story.ts'
import { actsDone, limitMayBeChanged, tellStory } from './story.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function begun(id: string, uuid = 'u1'): MigrationEntry {
  // Only the parts that a journal itself looks at; the plan's content is core's affair.
  const record = {
    id,
    guest: { name: 'web1', uuid },
    source: 'host1',
    destination: 'host2',
    plan: { launch: { downtimeLimitMs: null } },
    previousDowntimeLimitMs: 300,
  } as unknown as MigrationRecord
  return { at: 1, kind: 'begun', record, driver: ownIdentity() }
}

function storyIn(journals: JournalFolder): MigrationStory {
  const story = journals.read('a')
  if (story === null) throw new Error('nothing was written')
  return story
}

const raiseLimit = {
  at: 3,
  kind: 'act',
  stage: 'intended',
  act: { kind: 'set-downtime-limit', downtimeMs: 9000, why: 'plateau', numbers: {} },
} as const satisfies MigrationEntry

test('a story is told from what was written', () => {
  const journals = new JournalFolder(folder)
  {
    using journal = journals.open('a')
    journal.write(begun('a'))
    journal.write({ at: 2, kind: 'launching' })
    journal.write(raiseLimit)
  }
  expect(journals.read('a')).toMatchObject({ launched: true, acts: [{ outcome: 'unknown' }], report: null })
  expect(journals.unfinished('u1')?.record.id).toBe('a')
  expect(journals.unfinished('u2')).toBeNull()
})

test('an intended act counts as done when nobody lived to say whether it was', () => {
  const journals = new JournalFolder(folder)
  using journal = journals.open('a')
  journal.write(begun('a'))
  expect(limitMayBeChanged(storyIn(journals))).toBe(false)
  journal.write(raiseLimit)
  expect(limitMayBeChanged(storyIn(journals))).toBe(true)
})

test('what was done, or may have been, is known to who takes over; what failed is not among it', () => {
  const journals = new JournalFolder(folder)
  using journal = journals.open('a')
  const postCopy = { kind: 'start-post-copy', why: 'plateau', numbers: {} } as const
  const state = { version: 2, passes: { latest: 3 } } as unknown as SteerState
  journal.write(begun('a'))
  journal.write(raiseLimit)
  journal.write({ at: 4, kind: 'act', stage: 'failed', act: raiseLimit.act, error: 'no' })
  journal.write({ at: 5, kind: 'state', state })
  journal.write(raiseLimit)
  journal.write({ at: 6, kind: 'act', stage: 'done', act: raiseLimit.act })
  journal.write({ at: 7, kind: 'act', stage: 'intended', act: postCopy })
  expect(actsDone(storyIn(journals))).toEqual([
    { at: 6, pass: 3, act: raiseLimit.act, outcome: 'done' },
    { at: 7, pass: 3, act: postCopy, outcome: 'unknown' },
  ])
  // The next driver's own, of the same kind.
  journal.write({ at: 8, kind: 'act', stage: 'intended', act: postCopy })
  journal.write({ at: 9, kind: 'act', stage: 'done', act: postCopy })
  expect(actsDone(storyIn(journals)).map(({ at, outcome }) => [at, outcome])).toEqual([
    [6, 'done'],
    [7, 'unknown'],
    [9, 'done'],
  ])
})

test('an end whose intention never reached the disk takes no other act away', () => {
  const journals = new JournalFolder(folder)
  using journal = journals.open('a')
  const postCopy = { kind: 'start-post-copy', why: 'plateau', numbers: {} } as const
  journal.write(begun('a'))
  journal.write(raiseLimit)
  journal.write({ at: 4, kind: 'act', stage: 'failed', act: postCopy, error: 'no' })
  expect(actsDone(storyIn(journals)).map(({ act }) => act.kind)).toEqual(['set-downtime-limit'])
})

test('what cannot be written is an error', () => {
  const journals = new JournalFolder(folder)
  symlinkSync('/dev/full', join(folder, 'a.jsonl'))
  using journal = journals.open('a')
  expect(() => journal.write(begun('a'))).toThrow('ENOSPC')
})

test('files that were made for disks are known until they are removed', () => {
  const journals = new JournalFolder(folder)
  using journal = journals.open('a')
  journal.write(begun('a'))
  journal.write({ at: 2, kind: 'disk', stage: 'intended', path: '/a' })
  journal.write({ at: 3, kind: 'disk', stage: 'made', path: '/a' })
  journal.write({ at: 4, kind: 'disk', stage: 'intended', path: '/b' })
  expect(journals.read('a')?.madeDisks).toEqual([
    { path: '/a', certain: true },
    { path: '/b', certain: false },
  ])
  journal.write({ at: 5, kind: 'disk', stage: 'removed', path: '/a' })
  expect(journals.read('a')?.madeDisks).toEqual([{ path: '/b', certain: false }])
})

test('half a line left by a killed process hides nothing, before it or after it', () => {
  const journals = new JournalFolder(folder)
  {
    using journal = journals.open('a')
    journal.write(begun('a'))
  }
  appendFileSync(join(folder, 'a.jsonl'), '{"at":2,"kind":"sta')
  expect(journals.read('a')?.launched).toBe(false)
  {
    using journal = journals.open('a')
    journal.write({ at: 3, kind: 'launching' })
  }
  expect(journals.read('a')?.launched).toBe(true)
})

test('a journal whose first line never reached the disk is no migration', () => {
  const journals = new JournalFolder(folder)
  appendFileSync(join(folder, 'a.jsonl'), '{"at":1,"kind":"beg')
  expect(journals.list()).toEqual([])
  expect(readdirSync(folder)).toEqual(['a.jsonl'])
})

test('no folder means no migrations', () => {
  expect(new JournalFolder(join(folder, 'none')).list()).toEqual([])
})

test('samples are kept for the report, and are no part of the story', () => {
  const journals = new JournalFolder(folder)
  using journal = journals.open('a')
  journal.write(begun('a'))
  const sample = { at: 2, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent: 0 } as const
  journal.write({ at: 2, kind: 'sample', sample })
  expect(journals.entries('a')).toHaveLength(2)
  expect(journals.read('a')).toMatchObject({ record: { id: 'a' }, report: null })
})

test('the newest so many are listed, oldest first', () => {
  const journals = new JournalFolder(folder)
  for (const id of ['20260102-b', '20260101-a', '20260103-c']) {
    using journal = journals.open(id)
    journal.write(begun(id))
  }
  expect(journals.list(2).map(({ record }) => record.id)).toEqual(['20260102-b', '20260103-c'])
  expect(journals.list()).toHaveLength(3)
})

test('what is said of a cold migration after its end is part of its story, and so is that it goes back', () => {
  const journals = new JournalFolder(folder)
  {
    using journal = journals.open('a')
    journal.write(begun('a'))
    journal.write({ at: 2, kind: 'going-back', why: 'no volume' })
  }
  expect(journals.read('a')).toMatchObject({ goingBack: 'no volume', kept: null })
  journals.note('a', { at: 3, kind: 'confirming' })
  expect(journals.read('a')?.kept).toBe('confirming')
  journals.note('a', { at: 4, kind: 'confirmed' })
  expect(journals.read('a')?.kept).toBe('confirmed')
  journals.note('somebody-elses', { at: 4, kind: 'confirmed' })
  expect(journals.find('somebody-elses')).toBeNull()
})

const throttled = (throttlePercent: number): MigrationEntry => ({
  at: 1,
  kind: 'sample',
  sample: { at: 1, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent },
})

test('the strongest throttle that any sample has shown is part of the story', () => {
  const story = tellStory([begun('a'), throttled(0), throttled(66), { at: 2, kind: 'launching' }, throttled(20)])
  expect(story).toMatchObject({ maxThrottlePercent: 66, lastSample: { throttlePercent: 20 } })
})
