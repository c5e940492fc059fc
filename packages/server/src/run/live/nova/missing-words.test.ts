import type { SteerState } from '@landfall/core'
import { defaultIntent, initialState, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { facts } from '../../../testing/driven-world.ts'
import { missingWords } from './missing-words.ts'

const unarmed = {
  ...facts,
  postCopy: { possible: false, why: 'not armed' },
  throttle: { possible: false, why: 'not armed' },
} as const
const intent = { ...defaultIntent, maxPauseMs: 300 }
const state: SteerState = initialState(plan(intent, unarmed), intent, unarmed, 0)
const aborted = { outcome: 'aborted', reason: { code: 'will-not-converge', message: '' }, source: 'host1' } as const

test('of a guest that nothing could land the missing options are named, with what each would have given', () => {
  const words = missingWords(aborted, { ...state, postCopy: { armed: false, asked: 0 } })
  expect(words[0]).toMatch(/^live_migration_permit_post_copy = true .* missing on host1: .* by post-copy in about \d/)
})

test('nothing is missed where a person aborted, or where it landed', () => {
  expect(missingWords({ ...aborted, reason: { code: 'asked', message: '' } }, state)).toEqual([])
  expect(missingWords({ ...aborted, outcome: 'completed' }, state)).toEqual([])
})

test('an option that was set is not missed', () => {
  const words = missingWords(aborted, { ...state, postCopy: { armed: true, asked: 3 } })
  expect(words).toEqual([])
})
