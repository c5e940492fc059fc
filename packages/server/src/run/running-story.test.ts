import { expect, test } from 'vitest'
import type { MigrationEntry } from '../store/story/entry.ts'
import { LeaseLostError } from '../store/store.ts'
import { nobody, plainRecord, running, storyOf } from '../testing/story.ts'
import { giveBack } from './give-back.ts'
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
/** Nothing is tried again by itself. */
const after = () => () => undefined

async function onFullDisk(entries: readonly MigrationEntry[]): Promise<string[]> {
  const told: string[] = []
  const story = new RunningStory(storyOf(plainRecord), write, (message) => told.push(message), { after })
  for (const entry of entries) await story.tell(entry)
  return told
}

test('what cannot be written is told once, and ends nothing', async () => {
  const told = await onFullDisk([sample, sample, act, sample, act])
  expect(told).toEqual([expect.stringMatching(/ENOSPC.*kept in memory/)])
})

test('what could not be written is written in its order once it can be, and that it may have been tried is known', async () => {
  const [written, again, told]: [number[], boolean[], string[]] = [[], [], []]
  let isFull = true
  let tryAgain: (() => void) | null = null
  const onDisk = (entries: readonly MigrationEntry[], isAgain: boolean): void => {
    if (isFull) write()
    written.push(...entries.map(({ at }) => at))
    again.push(isAgain)
  }
  const later = (ms: number, then: () => void) => {
    // The longer one is the patience of who waits for an answer.
    if (ms < 1000) tryAgain = then
    return () => undefined
  }
  const story = new RunningStory(storyOf(plainRecord), onDisk, (message) => told.push(message), { after: later })
  for (const at of [3, 4, 5]) await story.tell({ ...act, at })
  isFull = false
  ;(tryAgain as (() => void) | null)?.()
  await expect.poll(() => written).toEqual([3, 4, 5])
  await story.tell({ ...act, at: 6 })
  expect([written, again]).toEqual([
    [3, 4, 5, 6],
    [true, false],
  ])
  expect(told.at(-1)).toBe('the store takes entries again: 3 were written late')
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

/** One that can be let go of, by a store that takes entries and leases only when it is told to. */
function letGoOf() {
  const [written, released, retries]: [number[], number[], (() => void)[]] = [[], [], []]
  let [isFull, isLeaseKept] = [true, false]
  const story = new RunningStory(
    storyOf(plainRecord),
    (entries) => {
      if (isFull) write()
      written.push(...entries.map(({ at }) => at))
    },
    () => undefined,
    {
      after: (ms, then) => {
        // The longer one is the patience of who waits for an answer.
        if (ms < 1000) retries.push(then)
        return () => undefined
      },
      release: async () => {
        if (isLeaseKept) write()
        released.push(written.length)
      },
    },
  )
  const passes = async (): Promise<void> => {
    for (const retry of retries.splice(0)) retry()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const room = (): void => void (isFull = false)
  const keepLease = (isKept: boolean): void => void (isLeaseKept = isKept)
  return { story, released, passes, room, keepLease }
}

test('one that is let go of while entries wait is given back once they are written', async () => {
  const { story, released, passes, room } = letGoOf()
  await story.tell(act)
  await story.tell({ ...act, at: 4, stage: 'done' })
  await story.letGo()
  await passes()
  expect(released).toEqual([])
  room()
  await passes()
  await passes()
  expect(released).toEqual([2])
})

test('one that is let go of while an entry is being written is given back after that', async () => {
  const answer = Promise.withResolvers<void>()
  let released = 0
  const release = async (): Promise<void> => void released++
  const story = new RunningStory(
    storyOf(plainRecord),
    () => answer.promise,
    () => undefined,
    {
      after: (_ms, then) => {
        setImmediate(then)
        return () => undefined
      },
      release,
    },
  )
  await story.tell(act)
  await story.letGo()
  expect(released).toBe(0)
  answer.resolve()
  await expect.poll(() => released).toBe(1)
})

test('a lease that the store does not take back is given back once it does', async () => {
  const { story, released, passes, room, keepLease } = letGoOf()
  room()
  keepLease(true)
  await story.letGo()
  await passes()
  expect(released).toEqual([])
  keepLease(false)
  await passes()
  await passes()
  expect(released).toEqual([0])
})

test('a lease that is another’s by now, or was given back unheard, is not given back again and again', async () => {
  let tries = 0
  const retries: (() => void)[] = []
  const release = (): Promise<void> =>
    Promise.reject(++tries === 1 ? new Error('the answer was lost') : new LeaseLostError('m1', null))
  await giveBack(release, (_ms, then) => {
    retries.push(then)
    return () => undefined
  })
  retries.shift()?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect([tries, retries]).toEqual([2, []])
})

/** A store that answers when it is told to, and a driver whose patience ends when it is told to. */
function slowStore(isSurelyOurs = true) {
  const [written, told]: [number[], string[]] = [[], []]
  const answer = Promise.withResolvers<void>()
  const write = async (entries: readonly MigrationEntry[]): Promise<void> => {
    await answer.promise
    written.push(...entries.map(({ at }) => at))
  }
  const patience: (() => void)[] = []
  const after = (_ms: number, then: () => void) => {
    patience.push(then)
    return () => undefined
  }
  const options = { after, isSurelyOurs: () => isSurelyOurs }
  const story = new RunningStory(storyOf(plainRecord), write, (message) => told.push(message), options)
  const patienceEnds = async (): Promise<void> => {
    await expect.poll(() => patience.length).toBe(1)
    patience[0]?.()
  }
  return { story, written, told, answer, patienceEnds }
}

test('a store that does not answer is waited for a little, once, and then written to in its turn', async () => {
  const { story, written, told, answer, patienceEnds } = slowStore()
  const telling = story.tell(act)
  await patienceEnds()
  await telling
  await story.tell({ ...act, at: 4, stage: 'done' })
  expect([written, story.now.acts.length, told.length]).toEqual([[], 1, 1])
  answer.resolve()
  await expect.poll(() => written).toEqual([2, 4])
})

test('what must not be done twice is done without the store where nobody else can have the migration', async () => {
  const { story, written, patienceEnds } = slowStore()
  const telling = story.tell({ at: 2, kind: 'starting' }, { onlyIfOurs: true })
  await patienceEnds()
  await telling
  expect(written).toEqual([])
})

test('what must not be done twice waits for the store where another may have the migration', async () => {
  const { story, written, told, answer, patienceEnds } = slowStore(false)
  const telling = story.tell({ at: 2, kind: 'starting' }, { onlyIfOurs: true }).then(() => written.push(-1))
  await patienceEnds()
  await expect.poll(() => told.at(-1)).toContain('only the store can tell')
  expect(written).toEqual([])
  answer.resolve()
  await telling
  expect(written).toEqual([2, -1])
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

test('one whose samples wait for company is given back once they are written, before it is let go of', async () => {
  const [written, released]: [number[], number[]] = [[], []]
  const write = async (entries: readonly MigrationEntry[]): Promise<void> =>
    void written.push(...entries.map(({ at }) => at))
  const release = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    released.push(written.length)
  }
  const story = new RunningStory(storyOf(plainRecord), write, () => undefined, { after, release })
  await story.tell(sample)
  expect(written).toEqual([])
  await story.letGo()
  expect([written, released]).toEqual([[sample.at], [1]])
})

test('before what has no entry of its own it is heard whether another has the migration by now', async () => {
  const story = new RunningStory(
    storyOf(plainRecord),
    () => Promise.reject(new LeaseLostError('m1', nobody)),
    () => undefined,
    { after },
  )
  const lost: string[] = []
  story.whenLost(({ message }) => lost.push(message))
  await story.tell(sample)
  expect(lost).toEqual([])
  await story.catchUp()
  expect(lost).toEqual(['m1 was taken over by process 1'])
})

test('a driver that was frozen hears that another has the migration, and does not die of what it told since', async () => {
  const answer = Promise.withResolvers<void>()
  const patience: (() => void)[] = []
  const later = (_ms: number, then: () => void) => {
    patience.push(then)
    return () => undefined
  }
  const story = new RunningStory(
    storyOf(plainRecord),
    () => answer.promise,
    () => undefined,
    { after: later },
  )
  const lost = Promise.withResolvers<void>()
  story.whenLost(() => lost.resolve())
  const first = story.tell(act)
  for (const ends of patience) ends()
  await first
  // It has waited once, and waits no more.
  await story.tell({ ...act, at: 3 })
  answer.reject(new LeaseLostError('m1', nobody))
  await lost.promise
  // What nobody handles ends a process by then.
  await new Promise((resolve) => setImmediate(resolve))
  expect(story.lost).toBeInstanceOf(LeaseLostError)
})
