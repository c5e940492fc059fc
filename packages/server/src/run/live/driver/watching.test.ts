import { expect, test } from 'vitest'
import { broken, landed, MiB, moving, sample, World } from '../../../testing/driven-world.ts'

/** Broken after three seconds, resumed after twenty. */
function brokenForAWhile(world: World): void {
  world.read = (elapsedMs) => {
    if (elapsedMs > 30_000) world.places = landed
    else world.places = elapsedMs > 3000 && elapsedMs < 20_000 ? broken : moving
    if (elapsedMs > 30_000) return null
    return sample(elapsedMs, { pass: 2, phase: world.places === broken ? 'post-copy-failed' : 'post-copy' })
  }
}

test('whoever only watches stays while the driver lives, which may resume what broke', async () => {
  const world = new World()
  brokenForAWhile(world)
  const ending = await world.drive(null, 'off', { driverLives: () => true }).ended
  expect(ending.whereabouts.kind).toBe('landed')
  expect(world.resumes).toBe(0)
})

test('where the driver dies as well, who only watches tells what is there', async () => {
  const world = new World()
  brokenForAWhile(world)
  const driverLives = (): boolean => world.nowMs - world.beganAt < 5000
  const ending = await world.drive(null, 'off', { driverLives }).ended
  expect(ending.whereabouts.kind).toBe('post-copy-broken')
})

test('whoever only watches does nothing and writes no act', async () => {
  const world = new World()
  world.read = (elapsedMs) => {
    if (elapsedMs > 20_000) world.places = landed
    const pass = elapsedMs > 11_000 ? 2 : 1
    return elapsedMs > 20_000 ? null : sample(elapsedMs, { pass, remainingBytes: pass === 2 ? 600 * MiB : 20 * MiB })
  }
  await world.drive(null, 'off').ended
  expect(world.performed).toEqual([])
  expect(world.order).toEqual([])
})
