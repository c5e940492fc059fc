import type { SteerState } from '@landfall/core'
import { defaultIntent } from '@landfall/core'
import { expect, test } from 'vitest'
import { linkShown } from './link-shown.ts'

const readings = Array.from({ length: 20 }, (_, i) => ({ at: i * 250, sent: i * 25e6, remaining: 1e9, estimate: null }))
const state: Pick<SteerState, 'intent' | 'link'> = { intent: defaultIntent, link: { readings } }
const limited = { ...state, intent: { ...defaultIntent, stream: { bandwidthMiBps: 20 } } }

test('the rate of a plain stream is the link’s', () => {
  expect(linkShown({ compression: null }, state)).toBeCloseTo(100e6, -6)
})

test('one that was compressed, or limited, says nothing of the link', () => {
  expect(linkShown({ compression: 'zstd' }, state)).toBeNull()
  expect(linkShown({ compression: null }, limited)).toBeNull()
})
