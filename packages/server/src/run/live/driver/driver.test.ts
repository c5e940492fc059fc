import { expect, test } from 'vitest'
import { LibvirtClientError } from '@landfall/libvirt'
import { landed, moving, sample, silent, stayed, World } from '../../../testing/driven-world.ts'

test('a migration that succeeds has landed when both hosts say so', async () => {
  const world = new World()
  const { ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  expect(await ended).toMatchObject({ whereabouts: { kind: 'landed' }, error: null, resumed: 0 })
})

test('a lost connection is not a failed migration: it is watched to its end', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs > 60_000) world.places = landed
    return elapsedMs > 60_000 ? null : sample(elapsedMs)
  }
  const { ended } = world.drive(
    world.launchFor(1000, () => {
      throw new Error('connection lost')
    }),
  )
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('landed')
  expect(ending.endedAt - world.beganAt).toBeGreaterThanOrEqual(60_000)
})

test('a source that falls silent for less than a minute is waited for, and its migration steered on', async () => {
  const world = new World()
  let heard = 0
  world.read = (elapsedMs) => {
    const isSilent = elapsedMs > 30_000 && elapsedMs < 75_000
    world.places = isSilent ? { source: silent, destination: moving.destination } : moving
    if (isSilent) throw new Error('no route')
    if (elapsedMs > 80_000) world.places = landed
    if (elapsedMs > 75_000) heard++
    return elapsedMs > 80_000 ? null : sample(elapsedMs)
  }
  const { ended } = world.drive(
    world.launchFor(30_000, () => {
      throw new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'no answer to a keepalive')
    }),
  )
  expect((await ended).whereabouts.kind).toBe('landed')
  expect(heard).toBeGreaterThan(10)
  const told = world.updates.flatMap((update) => (update.kind === 'step' ? [update.message] : []))
  expect(told).toEqual([expect.stringContaining('no answer to a keepalive')])
})

test('one that stays silent is handed to a person after a minute', async () => {
  const world = new World()
  const { ended } = world.drive(
    world.launchFor(1000, () => {
      world.read = () => null
      world.places = { source: silent, destination: silent }
      throw new LibvirtClientError('LIBVIRT_CONNECTION_LOST', 'no answer to a keepalive')
    }),
  )
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('unclear')
  expect(ending.endedAt - world.beganAt).toBeGreaterThan(60_000)
  expect(ending.endedAt - world.beganAt).toBeLessThan(90_000)
})

test('an abort of one that was found running is reported at once', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs < 3000) return sample(elapsedMs)
    world.places = stayed
    return null
  }
  const ending = await world.drive(null).ended
  expect(ending.whereabouts.kind).toBe('stayed')
  expect(ending.endedAt - world.beganAt).toBeLessThan(4000)
})

test('one that was found running ends when its source has let go of it', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs < 3000) return sample(elapsedMs)
    world.places = landed
    return null
  }
  expect((await world.drive(null).ended).whereabouts.kind).toBe('landed')
})

test('hosts that stay silent are handed to a person, not waited for for ever', async () => {
  const world = new World()
  world.read = () => null
  world.places = { source: silent, destination: silent }
  expect((await world.drive(null).ended).whereabouts.kind).toBe('unclear')
})
