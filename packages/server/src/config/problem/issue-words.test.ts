import { expect, test } from 'vitest'
import { z } from 'zod'
import { issueWords } from './issue-words.ts'

test.each([
  [z.string(), undefined, 'it is missing'],
  [z.string(), 5, 'it has to be a text in quotes'],
  [z.number().int(), 1.5, 'it has to be a whole number'],
  [z.boolean(), 'yes', 'it has to be true or false'],
  [z.array(z.string()), 'a', 'it has to be a list in brackets'],
  [z.record(z.string(), z.string()), 'a', 'it has to be a table'],
  [z.enum(['info', 'warn']), 'loud', 'it has to be "info" or "warn"'],
  [z.number().min(1), 0, 'it has to be at least 1'],
  [z.number().max(9), 10, 'it has to be at most 9'],
  [z.string().min(1), '', 'it is empty'],
  [z.strictObject({}), { url: 'x' }, '"url" is not known here'],
  [z.string().refine(() => false, 'a word of its own'), 'x', 'a word of its own'],
])('what is wrong is said in plain words: %#', (schema, value, words) => {
  expect(schema.safeParse(value, { error: issueWords }).error?.issues[0]?.message).toBe(words)
})
