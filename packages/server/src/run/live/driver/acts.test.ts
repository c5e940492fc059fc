import { expect, test } from 'vitest'
import { adopt, defaultIntent, initialState, plan, storedState } from '@landfall/core'
import { actsDone } from '../../../store/story/story.ts'
import { asNova, facts, landed, MiB, sample, stayed, World } from '../../../testing/driven-world.ts'

test('what is about to be done is on the disk before it is done', async () => {
  const world = new World()
  let pass = 1
  world.read = (elapsedMs) => {
    const second = elapsedMs > 11_000
    const passStarted = second && pass === 1
    if (second) pass = 2
    return sample(elapsedMs, { pass, passStarted, remainingBytes: second ? 600 * MiB : 20 * MiB })
  }
  const { ended } = world.drive(world.launchFor(14_000, () => (world.places = landed)))
  await ended
  expect(world.order).toEqual(['intended start-post-copy', 'do start-post-copy', 'done start-post-copy'])
})

test('an act that fails is tried three times, then told and not counted', async () => {
  const world = new World()
  world.performs = () => {
    throw new Error('not now')
  }
  const { driver, ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  driver.wish({ kind: 'abort', why: 'asked' })
  await ended
  expect(world.order.filter((each) => each === 'do abort')).toHaveLength(3)
  expect(world.updates.filter(({ kind }) => kind === 'act-failed')).toHaveLength(1)
  expect(actsDone(world.story.now)).toEqual([])
})

test('an act that failed is not tried again by who lost the migration meanwhile', async () => {
  const world = new World()
  world.performs = () => {
    driver.letGo()
    throw new Error('not now')
  }
  const { driver, ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  driver.wish({ kind: 'abort', why: 'asked' })
  await ended
  expect(world.order.filter((each) => each === 'do abort')).toHaveLength(1)
})

test('an abort that nobody heard is made again until it is', async () => {
  const world = new World()
  const call = Promise.withResolvers<void>()
  world.performs = () => {
    if (world.nowMs - world.beganAt < 12_000) throw new Error('connection refused')
    world.places = stayed
    call.reject(new Error('operation aborted'))
  }
  const { driver, ended } = world.drive(() => call.promise)
  driver.wish({ kind: 'abort', why: 'by hand' })
  const ending = await ended
  expect(ending.whereabouts.kind).toBe('stayed')
  expect(world.order.filter((each) => each === 'failed abort')).toHaveLength(3)
  expect(world.order.at(-1)).toBe('done abort')
  expect(actsDone(world.story.now)).toMatchObject([
    { act: { kind: 'abort', reason: { code: 'asked', message: 'by hand' } } },
  ])
  expect(ending.endedAt - world.beganAt).toBeLessThan(17_000)
})

test('an abort that its driver did not live to make is made by the next', async () => {
  const first = new World()
  const call = Promise.withResolvers<void>()
  const { driver, ended } = first.drive(() => call.promise)
  driver.wish({ kind: 'abort', why: 'by hand' })
  first.performs = () => {
    first.places = stayed
    call.reject(new Error('operation aborted'))
  }
  await ended
  // What was on the disk when it was asked.
  const kept = first.journal
    .slice(
      0,
      first.journal.findIndex(({ kind }) => kind === 'act'),
    )
    .at(-1)
  if (kept?.kind !== 'state') throw new Error('its state was not kept')

  const next = new World()
  next.performs = () => {
    next.places = stayed
    next.read = () => null
  }
  const state = adopt(storedState(kept.state))
  expect((await next.drive(null, 'on', { state }).ended).whereabouts.kind).toBe('stayed')
  expect(next.performed).toMatchObject([{ kind: 'abort', reason: { code: 'asked', message: 'by hand' } }])
})

test('an abort that was asked for is carried out once, and the guest has stayed', async () => {
  const world = new World()
  const call = Promise.withResolvers<void>()
  world.performs = () => {
    world.places = stayed
    call.reject(new Error('operation aborted'))
  }
  const { driver, ended } = world.drive(() => call.promise)
  driver.wish({ kind: 'abort', why: 'by hand' })
  const ending = await ended
  expect(world.performed.map(({ kind }) => kind)).toEqual(['abort'])
  expect(ending.whereabouts.kind).toBe('stayed')
})

test('QEMU is told again to stay at its throttle where its monitor did not work', async () => {
  const world = new World()
  world.performs = (act) => {
    if (act.kind === 'set-throttle' && world.nowMs - world.beganAt < 4000) throw new Error('monitor busy')
  }
  const intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 95 } as const
  const fresh = initialState(plan(intent, facts), intent, facts, world.beganAt)
  const state = { ...fresh, launchedThrottlePercent: 66 }
  const { driver, ended } = world.drive(
    world.launchFor(9000, () => (world.places = landed)),
    'on',
    { intent, state },
  )
  await ended
  expect(world.order.filter((each) => each.startsWith('failed') || each.startsWith('done'))).toEqual([
    'failed set-throttle',
    'done set-throttle',
  ])
  expect(driver.state.throttle.capped).toBe(true)
})

test("Nova's pause that fails is not asked for again", async () => {
  const world = new World()
  world.performs = (act) => {
    if (act.kind === 'set-downtime-limit') throw new Error('not now')
  }
  const timeless = { ...asNova, schedule: { ...asNova.schedule!, timeoutMs: null } }
  await world.drive(
    world.launchFor(5000, () => (world.places = landed)),
    'on',
    { intent: timeless },
  ).ended
  expect(world.order).toEqual(['intended set-downtime-limit', 'do set-downtime-limit', 'failed set-downtime-limit'])
})
