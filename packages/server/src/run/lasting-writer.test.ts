import { initialState } from '@landfall/core'
import { expect, test } from 'vitest'
import type { MigrationEntry } from '../store/story/entry.ts'
import { LeaseLostError } from '../store/store.ts'
import { nobody, plainRecord } from '../testing/story.ts'
import { LastingWriter } from './lasting-writer.ts'

const { plan, intent, facts } = plainRecord
const asked = (at: number): MigrationEntry => ({ at, kind: 'abort-asked', why: 'by hand' })
const state = (at: number): MigrationEntry => ({ at, kind: 'state', state: initialState(plan, intent, facts, at) })
const sample = (at: number): MigrationEntry => ({
  at,
  kind: 'sample',
  sample: { at, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent: 0 },
})

/** A store that is away until it is told to be there; nothing is tried again before that. */
function away(fault: () => Error = () => new Error('gone')) {
  const written: MigrationEntry[] = []
  const [events, retries]: [string[], (() => void)[]] = [[], []]
  let isThere = false
  const writer = new LastingWriter(
    (entries) => {
      if (!isThere) throw fault()
      written.push(...entries)
    },
    {
      onTrouble: (_entry, error) => events.push(String(error)),
      onRelief: (late) => events.push(`${late} late`),
      onLost: () => events.push('lost'),
    },
    (_ms, then) => {
      retries.push(then)
      return () => undefined
    },
  )
  const comesBack = (): void => {
    isThere = true
    for (const retry of retries) retry()
  }
  return { writer, written, events, comesBack }
}

test('of very many that wait the samples go, and all states but the newest; nothing else does', async () => {
  const { writer, written, events, comesBack } = away()
  await writer.write(asked(0), true).tried
  for (let at = 1; at <= 1000; at++)
    writer.write(at % 100 === 0 ? asked(at) : at % 2 === 0 ? state(at) : sample(at), true)
  const last = writer.write(asked(1001), true)
  comesBack()
  await last.written
  const acts = written.filter(({ kind }) => kind === 'abort-asked').map(({ at }) => at)
  expect(acts).toEqual([0, ...Array.from({ length: 10 }, (_, index) => (index + 1) * 100), 1001])
  expect(written.length).toBeLessThan(550)
  expect(written.findLast(({ kind }) => kind === 'state')?.at).toBe(998)
  expect(written.map(({ at }) => at)).toEqual(written.map(({ at }) => at).toSorted((one, other) => one - other))
  expect(events).toEqual(['Error: gone', `${written.length} late`])
})

test('what is not kept is refused at once where the store is away, and tried again by nobody', async () => {
  const { writer, written, comesBack } = away()
  await expect(writer.write(asked(1), false).written).rejects.toThrow('gone')
  const kept = writer.write(asked(2), true)
  await kept.tried
  await expect(writer.write(asked(3), false).written).rejects.toThrow('gone')
  comesBack()
  await kept.written
  expect(written.map(({ at }) => at)).toEqual([2])
})

test('once another has the migration nothing that waits is written', async () => {
  const { writer, written, events, comesBack } = away(() => new LeaseLostError('m1', nobody))
  await expect(writer.write(asked(1), true).written).rejects.toThrow(LeaseLostError)
  comesBack()
  await expect(writer.write(asked(2), true).written).rejects.toThrow(LeaseLostError)
  expect([written, events]).toEqual([[], ['lost']])
})

/** A store that is there: what was written together, and how the longest wait for company ends. */
function there() {
  const written: number[][] = []
  const waits: (() => void)[] = []
  const writer = new LastingWriter(
    (entries) => void written.push(entries.map(({ at }) => at)),
    { onTrouble: () => undefined, onRelief: () => undefined, onLost: () => undefined },
    (_ms, then) => {
      waits.push(then)
      return () => void waits.splice(waits.indexOf(then), 1)
    },
  )
  return { writer, written, waits }
}

test('samples are written together with what comes next, in their order', async () => {
  const { writer, written, waits } = there()
  for (const at of [1, 2, 3]) writer.write(sample(at), true)
  expect([written, waits.length]).toEqual([[], 1])
  await writer.write(state(4), true).written
  writer.write(sample(5), true)
  await writer.write(asked(6), false).written
  expect([written, waits]).toEqual([[[1, 2, 3, 4], [5], [6]], []])
})

test('samples after which nothing comes are written after a while, or when they are asked for', async () => {
  const { writer, written, waits } = there()
  const first = writer.write(sample(1), true)
  writer.write(sample(2), true)
  waits[0]?.()
  await first.written
  writer.write(sample(3), true)
  await writer.flush()
  await writer.flush()
  expect([written, waits]).toEqual([[[1, 2], [3]], []])
})

test('samples that an outage left are written with its end, which is told', async () => {
  const { writer, written, events, comesBack } = away()
  const first = writer.write(asked(0), true)
  await first.tried
  for (let at = 1; at <= 40; at++) writer.write(sample(at), true)
  comesBack()
  await expect.poll(() => events).toEqual(['Error: gone', '41 late'])
  expect(written).toHaveLength(41)
})

test('a sample that comes while something is written waits no longer than any other', async () => {
  const { writer, written, waits } = there()
  const first = writer.write(asked(1), true)
  writer.write(sample(2), true)
  await first.written
  await expect.poll(() => waits.length).toBe(1)
  waits[0]?.()
  await expect.poll(() => written).toEqual([[1], [2]])
})

test('what waited for a store to come back is written in its order, however much it is', async () => {
  const { writer, written, comesBack } = away()
  await writer.write(asked(0), true).tried
  for (let at = 1; at < 40; at++) writer.write(asked(at), true)
  const last = writer.write(asked(40), true)
  comesBack()
  await last.written
  expect(written.map(({ at }) => at)).toEqual(Array.from({ length: 41 }, (_, at) => at))
})
