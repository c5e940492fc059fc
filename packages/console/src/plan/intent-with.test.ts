import { defaultIntent, presets } from '@landfall/core'
import { expect, test } from 'vitest'
import { intentWith } from './intent-with.ts'

test('what is filled in counts over what holds, and an empty field changes nothing', () => {
  expect(intentWith(defaultIntent, { 'max-pause': '2s', deadline: ' ' })).toEqual({
    ...defaultIntent,
    maxPauseMs: 2000,
  })
})

test('a preset sets all that it means, and what stands beside it refines it', () => {
  expect(intentWith(defaultIntent, { preset: 'gentle', 'post-copy': 'if-needed' })).toEqual({
    ...presets.gentle.intent,
    postCopy: 'if-needed',
  })
})

test('none and auto take back what a weaker place set', () => {
  const base = { ...defaultIntent, deadlineMs: 60_000, stream: { parallelConnections: 4 } }
  expect(intentWith(base, { deadline: 'none', parallel: 'auto' })).toEqual(defaultIntent)
})

test('what cannot be read is told by its name', () => {
  expect(() => intentWith(defaultIntent, { 'max-pause': 'long' })).toThrow(/^max-pause: "long" is not a duration/)
})
