import { expect, test } from 'vitest'
import { FreshPlans } from './fresh-plans.ts'

test('what is not given any more is not reckoned with either: its guest is measured again before the first launch', () => {
  let now = 0
  const plans = new FreshPlans({ now: () => now })
  const plan = { stream: { compression: 'none' } }
  plans.add({ migration: { guest: { uuid: 'g' }, destination: 'host2', plan } } as never)
  const areFresh = [240_000, 240_001].map((at) => {
    now = at
    return plans.areFresh
  })
  expect([areFresh, plans.take('g', 'host2')]).toEqual([[true, false], undefined])
})
