import { expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { factsAbout, fastWriter, labLink, quietWriter } from '../testing/lab-guests.ts'
import { guestLike } from './guest-like.ts'
import { simulate } from './simulate.ts'

const link = { bytesPerSecond: labLink }

test.each([
  ['a quiet', quietWriter],
  ['a fast', fastWriter],
])('%s guest that is only known from its measurement is simulated like itself', (_, guest) => {
  const facts = factsAbout(guest)
  const itself = simulate(defaultIntent, { guest, link, facts })
  const likeIt = simulate(defaultIntent, { guest: guestLike(plan(defaultIntent, facts), facts), link, facts })
  expect(likeIt.plan?.strategy).toBe(itself.plan?.strategy)
  expect(Math.abs(likeIt.totalTimeMs / itself.totalTimeMs - 1)).toBeLessThan(0.1)
})
