import { expect, test } from 'vitest'
import type { HandOver } from './hand-over.ts'
import { withResume, withStop } from './hand-over.ts'

const nothing: HandOver = { stoppedAt: null, resumedAt: null, completed: null }

test('post-copy says "resumed" twice; the guest ran from the first', () => {
  const seen = withResume(withResume(withStop(nothing, 10), 40), 7000)
  expect(seen).toMatchObject({ stoppedAt: 10, resumedAt: 40 })
})

test('a switchover that failed is followed by another stop, which is the one that counts', () => {
  expect(withResume(withStop(withStop(nothing, 10), 500), 530)).toMatchObject({ stoppedAt: 500, resumedAt: 530 })
})

test('the two hosts’ events may come in either order', () => {
  expect(withStop(withResume(nothing, 40), 41)).toMatchObject({ stoppedAt: 41, resumedAt: 40 })
})
