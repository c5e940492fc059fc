import type { MigrationReport } from '@landfall/api'
import { expect, test } from 'vitest'
import { serverError } from '../errors.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import { beginStory } from '../store/story/story.ts'
import { plainRecord } from '../testing/story.ts'
import { guestsLeft, orphansOf } from './orphans.ts'
import { UpdateLog } from './update-log.ts'

const { source, destination } = plainRecord
const store = {
  unended: async () => [beginStory(plainRecord, 1, ownIdentity())],
  requests: { list: async () => [] },
} as unknown as Store
const has = async (): Promise<object> => ({})
const hasNot = async (): Promise<null> => null
const isSilent = (): Promise<never> => new Promise(() => undefined)

/** How many are taken for left where the hosts say that of their guest; a second passes where it is waited for. */
async function left(bySource: () => Promise<object | null>, byDestination: () => Promise<object | null>) {
  const sessions = [
    { host: { name: source }, find: bySource },
    { host: { name: destination }, find: byDestination },
  ] as unknown as readonly HostSession[]
  const clock = { sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) }
  return (await orphansOf(store, sessions, clock)).length
}

test('a guest that is on neither host any more was not left; one on a silent host may have been', async () => {
  expect(await left(hasNot, has)).toBe(1)
  expect(await left(hasNot, hasNot)).toBe(0)
  expect(await left(isSilent, hasNot)).toBe(1)
})

/** How many this process takes up again of one that it was the last to drive. */
async function leftHere(log: UpdateLog | null, open: readonly string[], now = 0): Promise<number> {
  const clock = { sleep: () => new Promise<void>((resolve) => setImmediate(resolve)), now: () => now }
  const sessionOf = (name: string): object => ({ host: { name }, find: has, isOpen: open.includes(name) })
  const sessions = [source, destination].map(sessionOf) as unknown as readonly HostSession[]
  return (await guestsLeft({ store, sessions, clock, logOf: () => log })).length
}

const logWith = (end: (log: UpdateLog) => void): UpdateLog => {
  const log = new UpdateLog()
  end(log)
  return log
}
const silence = serverError('host-unreachable', 'host1 does not answer', '')
const both = [source, destination]

test('what this process let go of because a host was silent is taken up once both answer', async () => {
  const silent = logWith((log) => log.fail(silence))
  expect(await leftHere(silent, [source])).toBe(0)
  expect(await leftHere(silent, both)).toBe(1)
})

test('what this process carries, or has told the end of, is not taken up again', async () => {
  const report = { outcome: 'failed' } as MigrationReport
  expect(await leftHere(new UpdateLog(), both)).toBe(0)
  expect(
    await leftHere(
      logWith((log) => log.tell({ kind: 'ended', at: 1, report })),
      both,
      1_000_000,
    ),
  ).toBe(0)
})

test('what this process has taken over and could not carry on is taken up again', async () => {
  expect(await leftHere(null, [])).toBe(1)
})

test('what ended here by an error of another kind is taken up again, not at once', async () => {
  const failed = logWith((log) => log.fail(new Error('the connection was lost')))
  expect(await leftHere(failed, both, 9999)).toBe(0)
  expect(await leftHere(failed, both, 10_000)).toBe(1)
})
