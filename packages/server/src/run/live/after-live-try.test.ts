import type { AfterTry } from '@landfall/core'
import { defaultIntent, initialState } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import { plainRecord, storyOf } from '../../testing/story.ts'
import type { LiveTry } from './after-live-try.ts'
import { afterLiveTry } from './after-live-try.ts'
import type { Ending } from './driver/driver.ts'
import { nothingSeen } from './hand-over.ts'
import { reportOf } from './live-report.ts'
import { libvirtRefusal } from '../../testing/libvirt-refusal.ts'

const parted = libvirtRefusal(1, 'client socket is closed', 'PERFORM', 7)
const stayed: Ending = {
  whereabouts: { kind: 'stayed' },
  error: parted,
  lastSample: null,
  passes: 1,
  endedAt: 1000,
  resumed: 0,
  answerLost: false,
}
const state = initialState(plainRecord.plan, { ...defaultIntent, retries: 1 }, plainRecord.facts, 0)

function after(ending: Partial<Ending> = {}, part: Partial<LiveTry> = {}): AfterTry {
  const { story = storyOf(plainRecord, { launched: true }), handOver = nothingSeen } = part
  const ended = { ...stayed, ...ending }
  const report = reportOf({ story, ending: ended, handOver, measurement: null })
  return afterLiveTry({ story, report, ending: ended, handOver, state, leftBehind: false, now: 1000, ...part })
}

test('a live migration that failed with its guest on its source is tried again', () => {
  expect(after()).toMatchObject({ again: true, kind: 'daemons-parted' })
})

test('so is one whose destination has not answered since: both hosts are asked before the next try', () => {
  expect(after({ whereabouts: { kind: 'unclear', why: 'no answer', runsOnSource: true } }).again).toBe(true)
})

test('and one whose answer was lost, where nothing of it was seen after that', () => {
  expect(after({ error: null, answerLost: true })).toMatchObject({ again: true, kind: 'answer-lost' })
  expect(after({ error: null })).toMatchObject({ again: false, because: 'aborted' })
})

describe('it is not', () => {
  test('once its guest was seen to stand still', () => {
    const handOver = { ...nothingSeen, stoppedAt: 900 }
    expect(after({}, { handOver })).toMatchObject({ because: 'switchover-began' })
  })

  test.each(['switching-over', 'post-copy-asked', 'post-copy'] as const)('once steering was in %s', (name) => {
    const stage = { name, since: 0 }
    expect(after({}, { state: { ...state, stage } })).toMatchObject({ because: 'switchover-began' })
  })

  test.each(['start-post-copy', 'suspend'] as const)('once %s was asked of QEMU, whatever came of it', (kind) => {
    const act = { kind, why: '', numbers: {} }
    const story = storyOf(plainRecord, { acts: [{ at: 1, pass: 1, act, outcome: 'failed' }] })
    expect(after({}, { story })).toMatchObject({ because: 'switchover-began' })
  })

  test('where a broken post-copy was resumed', () => {
    expect(after({ resumed: 1 })).toMatchObject({ because: 'switchover-began' })
  })

  test('where an abort was asked for, by whomever', () => {
    const story = storyOf(plainRecord, { abortAsked: 'aborted as asked' })
    expect(after({}, { story })).toMatchObject({ because: 'aborted' })
    expect(after({ answerLost: true, error: null }, { story })).toMatchObject({ because: 'aborted' })
  })

  test.each(['landed', 'gone', 'post-copy-broken', 'migrating'] as const)('where the guest is %s', (kind) => {
    const whereabouts = kind === 'gone' ? ({ kind, why: '' } as const) : { kind }
    expect(after({ whereabouts })).toMatchObject({ because: 'guest-elsewhere' })
  })

  test('where it runs on both, as both say', () => {
    const whereabouts = { kind: 'unclear', why: 'both run it' } as const
    expect(after({ whereabouts })).toMatchObject({ because: 'guest-elsewhere' })
  })

  test('where something could not be put back', () => {
    expect(after({}, { leftBehind: true })).toMatchObject({ because: 'left-behind' })
  })
})
