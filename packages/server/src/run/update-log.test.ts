import type { MigrationUpdate, NumberedUpdate } from '@landfall/api'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { UpdateLog } from './update-log.ts'

const step = (message: string): MigrationUpdate => ({ kind: 'step', at: 0, message })
// Only its kind matters here.
const sample = { kind: 'sample', at: 0 } as MigrationUpdate
const ended = { kind: 'ended', at: 0 } as MigrationUpdate

async function read(log: UpdateLog, after?: number): Promise<NumberedUpdate[]> {
  const found: NumberedUpdate[] = []
  for await (const update of log.after(after)) found.push(update)
  return found
}

const told = (updates: readonly MigrationUpdate[]): MigrationUpdate[] => updates.filter(({ kind }) => kind !== 'sample')
const numbers = (updates: readonly NumberedUpdate[]): number[] => updates.map(({ number }) => number)

test('whoever comes late reads everything but samples that newer ones have made old', async () => {
  const log = new UpdateLog()
  for (const update of [step('a'), sample, sample, step('b'), ended]) log.tell(update)
  expect(numbers(await read(log))).toEqual([1, 3, 4, 5])
})

test('what is told is read at once, and nothing after the end', async () => {
  const log = new UpdateLog()
  const reading = read(log)
  log.tell(step('a'))
  await Promise.resolve()
  log.tell(ended)
  log.tell(step('too late'))
  expect(numbers(await reading)).toEqual([1, 2])
})

test('what kept it from going on is thrown to everybody who reads, behind what was told', async () => {
  const log = new UpdateLog()
  log.tell(step('a'))
  const reader = log.after()
  const early = reader.next()
  const late = early.then(() => reader.next())
  log.fail(new Error('no such guest'))
  await expect(late).rejects.toThrow('no such guest')
  expect(await early).toMatchObject({ value: { number: 1 } })
})

test('a reader that goes away ends, and the log goes on', async () => {
  const log = new UpdateLog()
  const gone = new AbortController()
  const reading = log.after(0, gone.signal).next()
  gone.abort()
  expect(await reading).toMatchObject({ done: true })
  log.tell(ended)
  expect(numbers(await read(log))).toEqual([1])
})

test('whoever comes with a number from before the clock was set back misses nothing, and hears of the end in any case', async () => {
  const log = new UpdateLog(1_000_000_000)
  for (const update of [step('a'), step('b'), ended]) log.tell(update)
  const beforeSet = 1_000_000_000 + 3_600_000_000
  expect((await read(log, beforeSet)).map(({ update }) => update)).toEqual([step('a'), step('b'), ended])
  // A few seconds are what the clocks of two servers lie apart.
  expect(await read(log, 1_003_000_000)).toEqual([{ number: 1_000_000_003, update: ended }])
  // Who has heard of the end is told nothing more.
  expect(await read(log, 1_000_000_003)).toEqual([])
})

test('cut off anywhere, a reader goes on and has missed nothing but samples', async () => {
  const update = fc.constantFrom(step('a'), step('b'), sample)
  await fc.assert(
    fc.asyncProperty(fc.array(update), fc.array(update), fc.nat(), async (first, second, cut) => {
      const log = new UpdateLog()
      for (const each of first) log.tell(each)
      const seen: NumberedUpdate[] = []
      const reader = log.after()
      while (seen.length < Math.min(cut, first.filter(({ kind }) => kind === 'step').length)) {
        const { value } = await reader.next()
        if (value !== undefined) seen.push(value)
      }
      for (const each of second) log.tell(each)
      log.tell(ended)
      const all = [...seen, ...(await read(log, seen.at(-1)?.number))]
      expect(told(all.map((each) => each.update))).toEqual(told([...first, ...second, ended]))
      expect(numbers(all)).toEqual([...new Set(numbers(all))].toSorted((a, b) => a - b))
    }),
  )
})
