import { expect, test } from 'vitest'
import type { Intent } from '@landfall/core'
import { adopt, defaultIntent, initialState, plan } from '@landfall/core'
import type { IntentNews, IntentSource } from '../../../intent/intent-source.ts'
import { asNova, facts, landed, MiB, sample, stayed, World } from '../../../testing/driven-world.ts'

/** A pass every 4 s, and what the source of the intent says at each boundary. */
function withNews(world: World, news: readonly (IntentNews | null)[]): IntentSource & { readonly asked: () => number } {
  let asked = 0
  let last = 0
  world.read = (elapsedMs) => {
    const pass = Math.floor(elapsedMs / 4000) + 1
    const passStarted = pass > last
    last = pass
    return sample(elapsedMs, { pass, passStarted, remainingBytes: 300 * MiB })
  }
  return { changed: () => news[asked++] ?? null, asked: () => asked }
}

test('what is wanted is looked at anew at the end of each pass, and holds from there on', async () => {
  const world = new World()
  const patient: Intent = { ...asNova, schedule: { ...asNova.schedule!, timeoutMs: 600_000, timeoutAction: 'abort' } }
  const hasty: Intent = { ...patient, schedule: { ...patient.schedule!, timeoutMs: 9000 } }
  const intentSource = withNews(world, [null, { kind: 'intent', intent: hasty, origin: 'nova.conf changed' }])
  const { ended } = world.drive(
    world.launchFor(12_000, () => (world.places = stayed)),
    'on',
    { intent: patient, intentSource },
  )
  await ended
  const { acts } = world.story.now
  expect(intentSource.asked()).toBe(2)
  expect(acts.map(({ act, pass }) => `${pass} ${act.kind}`)).toEqual([
    '1 set-downtime-limit',
    '3 change-intent',
    '3 abort',
  ])
  expect(acts[1]?.act.why).toBe('nova.conf changed: timeout 10 min → 9 s')
  const kept = world.journal.filter((entry) => entry.kind === 'state').at(-1)
  expect(kept?.kind === 'state' ? kept.state.intent : null).toEqual(hasty)
})

test('files that are broken at that moment are told, and what was wanted before holds', async () => {
  const world = new World()
  const intentSource = withNews(world, [{ kind: 'unreadable', why: 'nova.conf changed and cannot be used: line 3' }])
  const { ended } = world.drive(
    world.launchFor(6000, () => (world.places = landed)),
    'on',
    { intent: { ...asNova, schedule: { ...asNova.schedule!, timeoutMs: null } }, intentSource },
  )
  await ended
  const { acts } = world.story.now
  expect(acts.map(({ act }) => act.kind)).toEqual(['set-downtime-limit'])
  expect(world.updates).toContainEqual(
    expect.objectContaining({
      kind: 'step',
      message: 'nova.conf changed and cannot be used: line 3; what was wanted before still holds',
    }),
  )
})

test('an end that is forced is steered for, and told as a change of what is wanted; before the launch it is too early', async () => {
  const world = new World()
  const { driver, ended } = world.drive(world.launchFor(3000, () => (world.places = landed)))
  const wish = { kind: 'force-complete', why: 'maintenance' } as const
  expect(driver.wish(wish)).toMatchObject({ allowed: false, code: 'too-early' })
  let asked = false
  world.read = (elapsedMs) => {
    if (elapsedMs > 1000 && !asked) asked = driver.wish(wish).allowed
    return sample(elapsedMs)
  }
  await ended
  expect(world.story.now.acts[0]).toMatchObject({
    act: { kind: 'change-intent', why: expect.stringContaining('maintenance: pause limit 1 s →') },
  })
})

test('a wish that came too late is told, and not carried out', async () => {
  const world = new World()
  let asked = false
  world.read = (elapsedMs) => {
    if (elapsedMs < 1000) return sample(elapsedMs)
    if (!asked) asked = driver.wish({ kind: 'abort', why: 'by hand' }).allowed
    return sample(elapsedMs, { pass: 2, phase: 'post-copy' })
  }
  const { driver, ended } = world.drive(world.launchFor(5000, () => (world.places = landed)))
  await ended
  expect(world.performed.map(({ kind }) => kind)).not.toContain('abort')
  expect(world.updates).toContainEqual(
    expect.objectContaining({ kind: 'step', message: expect.stringContaining('already runs on its destination') }),
  )
})

test('settings that are wished while it runs count over what is wanted, each of two', async () => {
  const world = new World()
  let asked = false
  const wish = (settings: { 'max-pause'?: string; deadline?: string }): boolean =>
    driver.wish({ kind: 'change-intent', settings, origin: 'asked for' }).allowed
  world.read = (elapsedMs) => {
    if (elapsedMs > 1000 && !asked) asked = wish({ 'max-pause': '3s' }) && wish({ deadline: '1h' })
    return sample(elapsedMs)
  }
  const { driver, ended } = world.drive(world.launchFor(3000, () => (world.places = landed)))
  await ended
  const changes = world.story.now.acts.filter(({ act }) => act.kind === 'change-intent')
  expect(changes.map(({ act }) => act.why)).toEqual([
    expect.stringMatching(/^asked for: pause limit .* → 3 s$/),
    expect.stringMatching(/^asked for: deadline .* → 1 h$/),
  ])
  expect(world.story.now.state?.intent).toMatchObject({ maxPauseMs: 3000, deadlineMs: 3_600_000 })
})

test('an abort is kept with its reason: who asked, or that Nova’s monitor is silent', async () => {
  for (const code of ['asked', 'nova-monitor-silent'] as const) {
    const world = new World()
    withNews(world, [])
    const { driver, ended } = world.drive(world.launchFor(12_000, () => (world.places = stayed)))
    driver.wish({ kind: 'abort', why: 'because', ...(code === 'asked' ? {} : { code }) })
    await ended
    expect(world.performed).toContainEqual(
      expect.objectContaining({ kind: 'abort', reason: { code, message: 'because' } }),
    )
  }
})

test('an abort that was taken comes before what the same look would do: no post-copy is begun that would make it cost the guest', async () => {
  const world = new World()
  const intent: Intent = { ...defaultIntent, postCopy: 'at-once' }
  const begun = initialState(plan(intent, facts), intent, facts, world.beganAt)
  const state = adopt({ ...begun, postCopy: { armed: true, asked: 0 } })
  world.read = (elapsedMs) => sample(elapsedMs, { pass: 1, remainingBytes: 600 * MiB, bytesSent: 424 * MiB })
  const launch = world.launchFor(1000, () => (world.places = stayed))
  const { driver, ended } = world.drive(launch, 'on', { intent, state })
  expect(driver.wish({ kind: 'abort', why: 'by hand' })).toEqual({ allowed: true })
  await ended
  expect(world.performed.map(({ kind }) => kind)).toEqual(['abort'])
  expect(world.story.now.state?.stage.name).toBe('aborting')
})

/** Post-copy is asked for at once, and an abort right behind it; QEMU switches after so long. */
async function abortBehindPostCopy(switchesAfterMs: number): Promise<World> {
  const world = new World()
  const intent: Intent = { ...defaultIntent, postCopy: 'at-once' }
  const begun = initialState(plan(intent, facts), intent, facts, world.beganAt)
  const state = { ...begun, postCopy: { armed: true, asked: 0 } }
  let askedAt = Infinity
  world.performs = (act) => {
    if (act.kind !== 'start-post-copy') return
    askedAt = world.nowMs
    expect(driver.wish({ kind: 'abort', why: 'by hand' })).toEqual({ allowed: true })
  }
  world.read = (elapsedMs) => {
    const phase = world.nowMs - askedAt >= switchesAfterMs ? 'post-copy' : 'active'
    return sample(elapsedMs, { phase, remainingBytes: 600 * MiB, bytesSent: 424 * MiB })
  }
  const { driver, ended } = world.drive(
    world.launchFor(9000, () => (world.places = landed)),
    'on',
    { intent, state },
  )
  await ended
  return world
}

test('an abort waits while QEMU may be switching to post-copy unseen, since it would cost the guest then', async () => {
  const world = await abortBehindPostCopy(300)
  expect(world.performed.map(({ kind }) => kind)).toEqual(['start-post-copy'])
  expect(world.updates).toContainEqual(
    expect.objectContaining({ kind: 'step', message: expect.stringContaining('already runs on its destination') }),
  )
})

test('and is made where it did not switch', async () => {
  const world = await abortBehindPostCopy(Infinity)
  expect(world.performed.map(({ kind }) => kind)).toEqual(['start-post-copy', 'abort'])
})
