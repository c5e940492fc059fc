import { expect, test } from 'vitest'
import type { HostView } from '@landfall/core'
import { absent, asNova, is, silent, World } from '../../../testing/driven-world.ts'

test('a guest that was stopped to be moved, and is not moved, runs on where it was', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      world.places = { source: is('paused', 'user'), destination: absent }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('stayed')
  expect(world.order.slice(-3)).toEqual(['do suspend', 'done suspend', 'resume the guest'])
})

test('a stopped guest is resumed also where the destination takes its time to let go', async () => {
  const world = new World()
  const paused = is('paused', 'user')
  let failedAt = Infinity
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      failedAt = world.nowMs
      const later = (): HostView => (world.nowMs < failedAt + 7500 ? is('paused', 'migration') : absent)
      world.places = {
        source: paused,
        get destination() {
          return later()
        },
      }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  expect((await ended).whereabouts.kind).toBe('stayed')
  expect(world.order.at(-1)).toBe('resume the guest')
})

test('a stopped guest is resumed also where the destination keeps a definition that is shut off', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      world.places = { source: is('paused', 'user'), destination: is('shutoff', 'failed') }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  expect((await ended).whereabouts.kind).toBe('stayed')
  expect(world.order.at(-1)).toBe('resume the guest')
})

test('a stopped guest is never resumed while the destination may have it', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(8000, () => {
      world.read = () => null
      world.places = { source: is('paused', 'user'), destination: silent }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  expect((await ended).whereabouts.kind).toBe('unclear')
  expect(world.order).not.toContain('resume the guest')
})

test('a guest that somebody else has paused is left to them', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(1000, () => {
      world.read = () => null
      world.places = { source: is('paused', 'user'), destination: absent }
      throw new Error('the link broke')
    }),
  )
  expect((await ended).whereabouts.kind).toBe('unclear')
  expect(world.order).not.toContain('resume the guest')
})

test('a stop that failed is asked for again, and the guest is resumed where it may have been stopped all the same', async () => {
  const world = new World()
  let asked = 0
  world.performs = (act) => {
    if (act.kind === 'suspend' && asked++ === 0) throw new Error('no reply within 40000 ms')
  }
  const { ended } = world.drive(
    world.launchFor(12_000, () => {
      world.places = { source: is('paused', 'user'), destination: absent }
      throw new Error('the link broke')
    }),
    'on',
    { intent: asNova },
  )
  expect((await ended).whereabouts.kind).toBe('stayed')
  const stops = world.order.filter((each) => each.endsWith('suspend') || each === 'resume the guest')
  expect(stops).toEqual([
    'intended suspend',
    'do suspend',
    'failed suspend',
    'intended suspend',
    'do suspend',
    'done suspend',
    'resume the guest',
  ])
})
