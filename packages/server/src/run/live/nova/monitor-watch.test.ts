import { expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { MonitorWatch } from './monitor-watch.ts'

/** A watch of a migration whose record is written as `write` says, whenever time passes. */
function begun(write: (now: number, nova: FakeNova) => void, onTime: (now: number) => void = () => undefined) {
  const nova = new FakeNova('u1')
  nova.moves({ updatedAt: new Date(0) })
  const said: string[] = []
  let now = 0
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      write(now, nova)
      onTime(now)
    },
  }
  const say = (message: string): void => void said.push(message)
  return { watch: new MonitorWatch({ open: nova.open, server: 'u1', migration: 7, clock, say }), clock, said }
}

/** Watches for ten minutes a copy that has that long to go at the start; what was said of it, and when. */
async function watched(
  write: (now: number, nova: FakeNova) => void,
  leastMs: number | null = null,
): Promise<readonly (readonly [number, string])[]> {
  const over = new AbortController()
  const { watch, clock, said } = begun(write, (now) => {
    if (now >= 600_000) over.abort()
  })
  const ends: (readonly [number, string])[] = []
  await watch.watch(
    () => (leastMs === null ? null : leastMs - clock.now()),
    (why) => void ends.push([clock.now(), why]),
    over.signal,
  )
  return [...said.map((message) => [0, message] as const), ...ends]
}

const written = (now: number, nova: FakeNova): void => nova.moves({ updatedAt: new Date(now - (now % 5000)) })
const until =
  (last: number) =>
  (now: number, nova: FakeNova): void =>
    written(Math.min(now, last), nova)
const unanswered = (_now: number, nova: FakeNova): void => void nova.refusals.set('newestMigration', new Error('503'))

const away = (now: number, nova: FakeNova): void => (now < 30_000 || now >= 70_000 ? written(now, nova) : undefined)
const restarted = (now: number, nova: FakeNova): void => {
  written(Math.min(now, 30_000), nova)
  if (now >= 40_000) nova.moves({ updatedAt: new Date(40_000), status: 'error', statusAsSent: 'error' })
}

test('a monitor that writes its record is not disturbed', async () => {
  expect(await watched(written)).toEqual([])
})

test('one that falls silent ends the copy, where that may end at any moment', async () => {
  expect(await watched(until(30_000))).toEqual([[50_000, "Nova's monitor has not been heard of for 20 s"]])
})

test('it is held as long as the copy cannot end, and aborted before it could', async () => {
  expect(await watched(until(30_000), 120_000)).toEqual([
    [0, expect.stringContaining('not been heard of for 20 s: unless it is heard of, the copy is aborted')],
    [75_000, "Nova's monitor has not been heard of for 45 s"],
  ])
})

test('one that is heard of again in time has cost nothing', async () => {
  expect((await watched(away, 3_600_000)).map(([, message]) => message)).toEqual([
    expect.stringContaining('unless it is heard of'),
    "Nova's monitor is heard of again",
  ])
})

test('a copy whose record Nova has ended is watched by nobody, however long it has to go', async () => {
  expect(await watched(restarted, 3_600_000)).toEqual([
    [45_000, "Nova's migration 7 has ended (error) while its copy goes on"],
  ])
})

test('an API that is down says nothing of the monitor', async () => {
  expect(await watched(unanswered)).toEqual([])
})

test('a guest is let go at once where the monitor was just heard of, and held back where it was not', async () => {
  const { watch, clock, said } = begun((now, nova) => (now < 30_000 ? written(now, nova) : until(25_000)(now, nova)))
  await watch.untilHeard()
  expect(clock.now()).toBe(5000)
  await watch.untilHeard()
  expect(clock.now()).toBe(5000)
  await clock.sleep(20_000)
  await watch.untilHeard()
  expect([clock.now(), said]).toEqual([25_000, []])
  await clock.sleep(11_000)
  await expect(watch.untilHeard()).rejects.toThrow('not been heard of for 20 s')
  expect(clock.now()).toBe(45_000)
  expect(said).toEqual([expect.stringContaining('not been heard of for 11 s: the guest is not switched over')])
})

test('an API that does not answer holds nothing back', async () => {
  const { watch, clock } = begun(unanswered)
  await clock.sleep(1000)
  await watch.untilHeard()
  expect(clock.now()).toBe(1000)
})

/** Every fourth look gets no answer. */
const flaky =
  (last: number) =>
  (now: number, nova: FakeNova): void => {
    until(last)(now, nova)
    if (now % 20_000 === 0) unanswered(now, nova)
    else nova.refusals.delete('newestMigration')
  }

test('an API that fails now and then hides no monitor that is dead', async () => {
  // One of the looks since 30 s got no answer: five seconds of which nobody knows.
  expect(await watched(flaky(30_000))).toEqual([[55_000, "Nova's monitor has not been heard of for 20 s"]])
})

test('an API that does not answer lets nothing go that was held back before', async () => {
  const { watch, clock } = begun((now, nova) => {
    until(10_000)(now, nova)
    if (now >= 22_000) unanswered(now, nova)
  })
  await clock.sleep(5000)
  await watch.untilHeard()
  expect(clock.now()).toBe(10_000)
  await clock.sleep(11_000)
  await expect(watch.untilHeard()).rejects.toThrow('not been heard of for 11 s, and Nova does not answer now')
  expect(clock.now()).toBe(22_000)
})
