import { defaultIntent } from '@landfall/core'
import { expect, test } from 'vitest'
import { changeWords } from './change-words.ts'

test('each change is told beside what it was begun with, and what it means', () => {
  const words = changeWords(defaultIntent, { 'max-pause': '2s', deadline: '10m' })
  expect(words.slice(0, 2)).toEqual(['pause limit: 1 s → 2 s', 'deadline: none → 10 min'])
  expect(words.join(' ')).toMatch(/aborted, and the guest stays where it runs/)
})

test('where it is not known what it was begun with, nothing is said of that', () => {
  expect(changeWords(null, { 'max-pause': '2s' })[0]).toBe('pause limit: 2 s')
})

test('nothing, and what cannot be read, is said to change nothing', () => {
  expect(changeWords(defaultIntent, { deadline: ' ' })).toEqual([expect.stringContaining('Nothing is changed')])
  expect(changeWords(defaultIntent, { deadline: 'soon' })).toEqual([expect.stringContaining('cannot be read')])
})
