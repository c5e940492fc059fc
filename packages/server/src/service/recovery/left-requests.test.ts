import { expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { serverError } from '../../errors.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { beginStory } from '../../store/story/story.ts'
import type { StoredRequest } from '../../store/stored-request.ts'
import { plainRecord } from '../../testing/story.ts'
import { beginLeftRequests } from './left-requests.ts'

const dead = { pid: 3, startTicks: '1', bootId: 'b' }
const own = { ...dead, pid: 1 }
const left = (id: string): StoredRequest => ({
  id,
  at: 1,
  holder: dead,
  request: {
    guest: 'web1',
    to: 'host2',
    wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' },
    confirm: false,
  },
})

interface Given {
  readonly requests: readonly StoredRequest[]
  /** What each try in its turn is refused with; null for one that is begun. */
  readonly tries?: readonly (Error | null)[]
  /** What has begun by now. */
  readonly begun?: readonly string[]
  /** What was begun, and of which no host was asked anything. */
  readonly unstarted?: readonly string[]
  /** In so many looks the driver of those counts as living. */
  readonly drivenFor?: number
  /** Another server is quicker. */
  readonly isQuicker?: boolean
  /** What another server has claimed from this one, or has ended, since. */
  readonly elsewhere?: readonly string[]
  /** What this server has not let go of. */
  readonly carriedHere?: readonly string[]
}

/** What becomes of requests that lie there, in three looks. */
async function begin({ requests, tries = [], begun = [], unstarted = [], ...given }: Given) {
  const { drivenFor = 0, isQuicker = false, elsewhere = [], carriedHere = [] } = given
  const told = { again: new Array<string>(), waiting: new Array<string>(), dropped: new Array<string>() }
  const stopping = new AbortController()
  let looks = 0
  const clock: Clock = {
    now: () => 0,
    sleep: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      if (++looks === 3) stopping.abort()
    },
  }
  let tried = 0
  await beginLeftRequests(
    {
      store: {
        requests: {
          list: () => Promise.resolve(requests),
          left: () => Promise.resolve(looks === 0 ? requests : []),
          claim: async (id) => (isQuicker ? null : (requests.find((each) => each.id === id) ?? null)),
          drop: async (id) => void told.dropped.push(id),
          keep: () => Promise.reject(new Error('not here')),
          renew: async (id) => !elsewhere.includes(id),
          asking: () => Promise.reject(new Error('not here')),
        },
        read: async (id) => (begun.includes(id) ? launched : unstarted.includes(id) ? begunOnly : null),
        isDriven: async () => looks < drivenFor,
      },
      own,
      clock,
      isCarriedHere: (id) => carriedHere.includes(id),
      again: async ({ id }) => {
        const refusal = tries[tried++] ?? null
        if (refusal !== null) throw refusal
        told.again.push(id)
        return { id, guest: 'web1' }
      },
      onAgain: () => undefined,
      onWaiting: ({ id }) => told.waiting.push(id),
      onDropped: async ({ id }) => void told.dropped.push(`told of ${id}`),
      onFailed: (error) => {
        throw error
      },
    },
    stopping.signal,
  )
  return told
}
const begunOnly = beginStory(plainRecord, 1, dead)
const launched: MigrationStory = { ...begunOnly, launched: true }

test('what a service that died had not begun is begun, with its id', async () => {
  expect(await begin({ requests: [left('m1'), left('m2')] })).toEqual({ again: ['m1', 'm2'], waiting: [], dropped: [] })
})

test('what another server has claimed by now is left to it', async () => {
  expect(await begin({ requests: [left('m1')], isQuicker: true })).toEqual({ again: [], waiting: [], dropped: [] })
})

test('what this server is about to begin is neither begun twice nor dropped where its lease has run out', async () => {
  const requests = [left('m1'), left('m2')]
  const told = await begin({ requests, carriedHere: ['m1'] })
  expect(told).toEqual({ again: ['m2'], waiting: [], dropped: [] })
})

test('what had begun is a migration by now, and no request any more', async () => {
  expect(await begin({ requests: [left('m1')], begun: ['m1'] })).toEqual({ again: [], waiting: [], dropped: ['m1'] })
})

test('one whose guest is gone is dropped', async () => {
  const gone = serverError('unknown-guest', 'no', 'n')
  expect(await begin({ requests: [left('m1')], tries: [gone] })).toEqual({
    again: [],
    waiting: [],
    dropped: ['told of m1', 'm1'],
  })
})

test.each([
  ['it is not this one’s any more', serverError('withdrawn', 'no', 'n')],
  ['its guest is gone', serverError('unknown-guest', 'no', 'n')],
])('of one that another server has claimed since nothing is told where %s', async (_what, refusal) => {
  expect(await begin({ requests: [left('m1')], tries: [refusal], elsewhere: ['m1'] })).toEqual({
    again: [],
    waiting: [],
    dropped: [],
  })
})

test.each([
  ['host is silent', serverError('host-unreachable', 'no', 'n')],
  ['Nova is silent', serverError('nova-unreachable', 'no', 'n')],
  ['store is away', serverError('store-unusable', 'no', 'n')],
])('one whose %s is begun once that answers, and told of once', async (_what, silent) => {
  expect(await begin({ requests: [left('m1')], tries: [silent, silent] })).toEqual({
    again: ['m1'],
    waiting: ['m1'],
    dropped: [],
  })
})

test('one that died between its first entry and its launch is begun anew, once its lease has run out', async () => {
  expect(await begin({ requests: [left('m1')], unstarted: ['m1'], drivenFor: 2 })).toEqual({
    again: ['m1'],
    waiting: [],
    dropped: [],
  })
})
