import { expect, test } from 'vitest'
import { defaultIntent, initialState, plan } from '@landfall/core'
import { facts, landed, MiB, sample, World } from '../../../testing/driven-world.ts'

const tenth = { low: 0.1, likely: 0.1, high: 0.1 }

const between = (looks: readonly number[]): Set<number> => new Set(looks.slice(1).map((at, i) => at - (looks[i] ?? 0)))

test('the first pass of deltas is looked at as often as core asks, others half as often', async () => {
  const world = new World()
  const [second, third]: [number[], number[]] = [[], []]
  world.read = (elapsedMs) => {
    const pass = elapsedMs < 2000 ? 2 : 3
    const looks = pass === 2 ? second : third
    looks.push(elapsedMs)
    return sample(elapsedMs, { pass })
  }
  const deltas = { bytesPerSecond: { low: 200 * MiB, likely: 300 * MiB, high: 400 * MiB }, wireShare: tenth }
  const known = { ...facts, link: { ...facts.link, deltas } }
  const state = initialState(plan(defaultIntent, facts), defaultIntent, known, world.beganAt)
  await world.drive(
    world.launchFor(4000, () => (world.places = landed)),
    'on',
    { state },
  ).ended
  expect(between(second)).toEqual(new Set([100]))
  expect(between(third)).toEqual(new Set([50]))
})
