import { expect, test } from 'vitest'
import { serverError } from '../errors.ts'
import type { MigrationStory } from '../store/story/story.ts'
import type { StoredRequest } from '../store/stored-request.ts'
import { beginLeftRequests } from './left-requests.ts'

const dead = { pid: 3, startTicks: '1', bootId: 'b' }
const living = { ...dead, pid: 1 }
const left = (id: string, holder = dead): StoredRequest => ({
  id,
  at: 1,
  holder,
  request: {
    guest: 'web1',
    to: 'host2',
    wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' },
    confirm: false,
  },
})

/** What becomes of requests that lie there. */
async function begin(requests: readonly StoredRequest[], refusal?: Error, begun: readonly string[] = []) {
  const [again, dropped]: [string[], string[]] = [[], []]
  await beginLeftRequests({
    store: {
      requests: {
        list: () => Promise.resolve(requests),
        drop: async (id) => void dropped.push(id),
        keep: () => Promise.reject(new Error('not here')),
      },
      // Whether there is one is all that is looked at.
      read: (id) => Promise.resolve(begun.includes(id) ? ({} as MigrationStory) : null),
    },
    isAlive: ({ pid }) => pid === living.pid,
    again: async ({ id }) => {
      if (refusal !== undefined) throw refusal
      again.push(id)
      return { id, guest: 'web1' }
    },
    onAgain: () => undefined,
    onDropped: () => undefined,
  })
  return { again, dropped }
}

test('what a service that died had not begun is begun, with its id', async () => {
  expect(await begin([left('m1'), left('m2')])).toEqual({ again: ['m1', 'm2'], dropped: [] })
})

test('what a living one holds is left to it', async () => {
  expect(await begin([left('m1', living)])).toEqual({ again: [], dropped: [] })
})

test('what had begun is a migration by now, and no request any more', async () => {
  expect(await begin([left('m1')], undefined, ['m1'])).toEqual({ again: [], dropped: ['m1'] })
})

test('one whose guest is gone is dropped; one whose host is silent is kept for the next time', async () => {
  expect(await begin([left('m1')], serverError('unknown-guest', 'no', 'n'))).toEqual({ again: [], dropped: ['m1'] })
  expect(await begin([left('m1')], serverError('host-unreachable', 'no', 'n'))).toEqual({ again: [], dropped: [] })
})
