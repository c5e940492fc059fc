import { expect, test } from 'vitest'
import type { MigrationEntry } from '../store/entry.ts'
import { plainRecord, running, storyOf } from '../testing/story.ts'
import { RunningStory } from './running-story.ts'

const sample: MigrationEntry = {
  at: 1,
  kind: 'sample',
  sample: { at: 1, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent: 0 },
}
const act = {
  at: 2,
  kind: 'act',
  stage: 'intended',
  act: { kind: 'start-post-copy', why: 'plateau', numbers: {} },
} as const satisfies MigrationEntry

const write = (): never => {
  throw new Error('ENOSPC: no space left on device')
}

async function onFullDisk(entries: readonly MigrationEntry[]): Promise<string[]> {
  const told: string[] = []
  const story = new RunningStory(storyOf(plainRecord), write, (message) => told.push(message))
  for (const entry of entries) await story.tell(entry)
  return told
}

test('what cannot be written is told and ends nothing; of samples the first', async () => {
  const told = await onFullDisk([sample, sample, act, sample, act])
  expect(told.map((each) => /"(\S+)" is missing/.exec(each)?.[1])).toEqual(['sample', 'act', 'act'])
  expect(told[0]).toContain('ENOSPC')
})

test('a migration of which nothing was asked yet does not begin', async () => {
  await expect(onFullDisk([{ at: 1, kind: 'launching' }])).rejects.toThrow('ENOSPC')
  await expect(onFullDisk([{ at: 1, kind: 'disk', stage: 'intended', path: '/a' }])).rejects.toThrow('ENOSPC')
  expect(await onFullDisk([{ at: 1, kind: 'disk', stage: 'made', path: '/a' }])).toHaveLength(1)
})

test('what is told is written first, and known at once; what another wrote is only heard', async () => {
  const entries: MigrationEntry[] = []
  const story = running(storyOf(plainRecord), entries)
  await story.tell(act)
  story.hear({ at: 3, kind: 'abort-asked', why: 'by hand' })
  expect(entries).toEqual([act])
  expect(story.now).toMatchObject({ acts: [{ at: 2, outcome: 'unknown' }], abortAsked: 'by hand' })
})

test('what could not be written is known all the same to who goes on', async () => {
  const story = new RunningStory(storyOf(plainRecord), write, () => undefined)
  await story.tell(act)
  await story.tell({ ...act, at: 4, stage: 'done' })
  expect(story.now.acts).toMatchObject([{ at: 4, outcome: 'done' }])
})
