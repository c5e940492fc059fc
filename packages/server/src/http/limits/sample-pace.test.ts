import type { MigrationUpdate, NumberedUpdate } from '@landfall/api'
import { expect, test } from 'vitest'
import { sampleEveryMs, SamplePace } from './sample-pace.ts'

const told = (kind: 'sample' | 'step', at: number): NumberedUpdate => ({
  number: at,
  // What it says does not matter here.
  update: { kind, at } as MigrationUpdate,
})

test('few streams get every sample, and the most that there can be one a second', () => {
  expect([1, 200, 1000, 50_000].map(sampleEveryMs)).toEqual([1, 200, 1000, 1000])
})

test('a clock that is set back holds no sample back', () => {
  const pace = new SamplePace()
  const sent = [told('sample', 60_000), told('sample', 100), told('sample', 600)].flatMap((each) => pace.send(each, 1))
  expect(sent.map(({ number }) => number)).toEqual([60_000, 100, 600])
})

test('a sample that comes too soon is left out for a newer one, and goes before whatever else is told behind it', () => {
  const pace = new SamplePace()
  const all = [told('sample', 0), told('sample', 400), told('sample', 800), told('sample', 1200), told('sample', 1600)]
  const sent = [...all, told('step', 1700), told('step', 1800), told('sample', 2300)].flatMap((each) =>
    pace.send(each, 1000),
  )
  expect(sent.map(({ number }) => number)).toEqual([0, 1200, 1600, 1700, 1800, 2300])
})
