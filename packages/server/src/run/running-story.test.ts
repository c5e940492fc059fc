import { expect, test } from 'vitest'
import type { MigrationEntry } from '../store/entry.ts'
import { LeaseLostError } from '../store/store.ts'
import { nobody, plainRecord, running, storyOf } from '../testing/story.ts'
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

test('a store that does not answer is waited for a little, and then written to in its turn', async () => {
  const written: MigrationEntry[] = []
  const answer = Promise.withResolvers<void>()
  const slow = async (entry: MigrationEntry): Promise<void> => {
    await answer.promise
    written.push(entry)
  }
  const told: string[] = []
  let patience: (() => void) | null = null
  const after = (_ms: number, then: () => void) => {
    patience = then
    return () => undefined
  }
  const story = new RunningStory(storyOf(plainRecord), slow, (message) => told.push(message), after)
  const telling = story.tell(act)
  await expect.poll(() => patience).not.toBeNull()
  ;(patience as (() => void) | null)?.()
  await telling
  expect([written, story.now.acts.length, told.length]).toEqual([[], 1, 1])
  answer.resolve()
  await story.tell({ ...act, at: 4, stage: 'done' })
  expect(written.map(({ at }) => at)).toEqual([2, 4])
})

test('a lease that another holds ends the writing, and who steers is told', async () => {
  let calls = 0
  const story = new RunningStory(
    storyOf(plainRecord),
    () => {
      calls++
      throw new LeaseLostError('m1', nobody)
    },
    () => undefined,
  )
  await expect(story.tell(act)).rejects.toThrow('taken over by process 1')
  const lost: string[] = []
  const steered = new RunningStory(
    storyOf(plainRecord),
    () => {
      calls++
      throw new LeaseLostError('m1', nobody)
    },
    () => undefined,
  )
  steered.whenLost(({ message }) => lost.push(message))
  await steered.tell(act)
  await steered.tell(act)
  expect([calls, lost]).toEqual([2, ['m1 was taken over by process 1']])
})

test('what must not be done by two is not done by who lost the migration, whoever was told', async () => {
  const story = new RunningStory(
    storyOf(plainRecord),
    () => {
      throw new LeaseLostError('m1', nobody)
    },
    () => undefined,
  )
  story.whenLost(() => undefined)
  await expect(story.tell({ at: 1, kind: 'launching' })).rejects.toThrow('taken over by process 1')
  await expect(story.tell({ at: 2, kind: 'starting' }, { onlyIfOurs: true })).rejects.toThrow('taken over')
  await expect(story.tell({ at: 3, kind: 'launching' })).rejects.toThrow('taken over')
})
