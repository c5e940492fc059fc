import type { MigrationPlan, MigrationUpdate } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import type { Notification } from './notification.ts'
import type { Notified } from './notifier.ts'
import { Notifier } from './notifier.ts'
import type { Attempt } from './outbox.ts'
import type { Target } from './target.ts'
import type { Outcome } from './target-queue.ts'

/** Time passes when it is told to. */
class FakeClock implements Clock {
  #now = 0
  setBackMs = 0
  #sleepers: { readonly at: number; readonly wake: () => void }[] = []
  readonly now = () => this.#now - this.setBackMs
  readonly steady = () => this.#now

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const sleeper = { at: this.#now + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
        resolve()
      })
    })

  async pass(ms: number): Promise<void> {
    this.#now += ms
    const due = this.#sleepers.filter(({ at }) => at <= this.#now)
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now)
    for (const { wake } of due) wake()
    await settle()
  }

  get sleepers(): number {
    return this.#sleepers.length
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const web1 = { id: 'm1', guest: 'web1' }
// As much of it as is told.
const plan = {
  guest: { name: 'web1' },
  source: 'host1',
  destination: 'host2',
  plan: { strategy: 'pre-copy' },
  intent: { maxPauseMs: 500 },
} as MigrationPlan
const failed: Attempt = { kind: 'failed', why: 'ECONNREFUSED', mayRetry: true }
const delivered: Attempt = { kind: 'delivered' }
const silent = (_: Notification, stopped: AbortSignal): Promise<Attempt> =>
  new Promise((resolve) => stopped.addEventListener('abort', () => resolve(failed)))

let clock: FakeClock
let outcomes: (readonly [string, string, Outcome['kind']])[]
let all: Notifier[]
beforeEach(() => {
  clock = new FakeClock()
  outcomes = []
  all = []
})
afterEach(async () => {
  for (const each of all) {
    const over = each[Symbol.asyncDispose]()
    await settle()
    await clock.pass(3000)
    await over
  }
})

const target = (name: string, send: Target['send'], events: Target['events'] = ['before-launch', 'ended']): Target => ({
  name,
  events,
  send,
  retryForMs: 60_000,
})
const by = (...targets: readonly Target[]): Notified => ({ targets, launchWaitsMs: 2000, switchoverLeadMs: 10_000 })

function notifier(...targets: readonly Target[]): Notifier {
  const made = new Notifier(by(...targets), {
    clock,
    random: () => 1,
    onOutcome: (name, { event }, { kind }) => void outcomes.push([name, event, kind]),
  })
  all.push(made)
  return made
}

/** Whether it is over by now. */
function watched(work: Promise<void>): () => boolean {
  let over = false
  void work.then(() => (over = true))
  return () => over
}

test('a launch goes on as soon as everybody has answered', async () => {
  const told: Notification[] = []
  const good: Target['send'] = async (each) => (told.push(each), delivered)
  await notifier(target('a', good), target('b', good), target('c', silent, ['ended'])).beforeLaunch('m1', plan)
  const data = { migration: 'm1', guest: 'web1', source: 'host1', destination: 'host2', strategy: 'pre-copy' }
  const expected = { event: 'before-launch', data: { ...data, maxPauseMs: 500 } }
  expect(told).toMatchObject([expected, expected])
})

test('one that has to be planned again is told, and waited for, once', async () => {
  let times = 0
  const all = notifier(target('a', async () => (times++, delivered)))
  await all.beforeLaunch('m1', plan)
  await all.beforeLaunch('m1', plan)
  expect(times).toBe(1)
})

test('a target that is gone is waited for no longer than its first attempt takes, and is told later', async () => {
  let gone = true
  const all = notifier(target('a', async () => (gone ? failed : delivered)))
  await all.beforeLaunch('m1', plan)
  expect(outcomes).toEqual([['a', 'before-launch', 'again']])
  gone = false
  await clock.pass(999)
  expect(all.waiting).toEqual([{ target: 'a', count: 1 }])
  await clock.pass(1)
  expect(outcomes.at(-1)).toEqual(['a', 'before-launch', 'delivered'])
  expect(all.waiting).toEqual([{ target: 'a', count: 0 }])
})

test('one that is silent delays a launch by the limit and nothing else at all, and no other target', async () => {
  const all = notifier(
    target('silent', silent),
    target('good', async () => delivered),
  )
  const isLaunched = watched(all.beforeLaunch('m1', plan))
  await clock.pass(1999)
  expect(isLaunched()).toBe(false)
  expect(outcomes).toEqual([['good', 'before-launch', 'delivered']])
  await clock.pass(1)
  expect(isLaunched()).toBe(true)
  all.told(web1, { kind: 'launched', id: 'm1', at: clock.now() })
  all.failed(web1, new LandfallError('internal', 'x', { next: '' }))
  expect(all.waiting).toEqual([
    { target: 'silent', count: 1 },
    { target: 'good', count: 0 },
  ])
})

test('one that throws, against its contract, keeps no migration from its launch', async () => {
  await notifier(target('a', () => Promise.reject(new Error('x')))).beforeLaunch('m1', plan)
  expect(outcomes).toEqual([['a', 'before-launch', 'given-up']])
})

test('what was not begun after all is told, in its order behind what is still waiting', async () => {
  const told: string[] = []
  let gone = true
  const all = notifier(
    target('a', async ({ event, data }) => {
      if (gone) return failed
      told.push(`${event} ${'outcome' in data ? data.outcome : ''}`)
      return delivered
    }),
  )
  await all.beforeLaunch('m1', plan)
  all.failed(web1, new LandfallError('preflight', 'no room', { next: '' }))
  gone = false
  await clock.pass(1000)
  await settle()
  expect(told).toEqual(['before-launch ', 'ended not-begun'])
})

test('what another server drives that one tells; whoever heard of its launch here hears of its end', async () => {
  const told: string[] = []
  const all = notifier(target('a', async ({ event, data }) => (told.push(`${event} of ${data.guest}`), delivered)))
  const ended = { kind: 'ended', at: 1, report: { outcome: 'completed', reason: {} } } as MigrationUpdate
  await all.beforeLaunch('m1', plan)
  all.told({ id: 'm2', guest: 'web2' }, ended, true)
  all.told(web1, ended, true)
  await settle()
  expect(told).toEqual(['before-launch of web1', 'ended of web1'])
})

test('what is to be told again is not held back by a clock that is set back', async () => {
  let tries = 0
  const all = notifier(target('a', async () => (++tries < 3 ? failed : delivered)))
  await all.beforeLaunch('m1', plan)
  clock.setBackMs = 3_600_000
  await clock.pass(1000)
  await clock.pass(2000)
  expect([tries, outcomes.map(([, , kind]) => kind)]).toEqual([3, ['again', 'again', 'delivered']])
})

test('with another configuration, what waits goes to the target of the same name, as that is now', async () => {
  const told: string[] = []
  const all = notifier(
    target('a', async () => failed),
    target('b', async () => failed),
  )
  await all.beforeLaunch('m1', plan)
  all.use(by(target('a', async ({ event }) => (told.push(event), delivered))))
  await clock.pass(1000)
  expect(told).toEqual(['before-launch'])
  expect(outcomes.filter(([name]) => name === 'b').map(([, , kind]) => kind)).toEqual(['again', 'dropped'])
  expect(all.waiting).toEqual([{ target: 'a', count: 0 }])
})

test('a service that stops gives what is being sent a few seconds, and says what is not told', async () => {
  const all = notifier(target('a', silent))
  const launch = all.beforeLaunch('m1', plan)
  const isOver = watched(all[Symbol.asyncDispose]())
  await launch
  await clock.pass(2999)
  expect(isOver()).toBe(false)
  await clock.pass(1)
  expect(isOver()).toBe(true)
  expect(outcomes.map(([, , kind]) => kind)).toEqual(['again', 'dropped'])
  // No timer of anybody's is left.
  expect(clock.sleepers).toBe(0)
})
