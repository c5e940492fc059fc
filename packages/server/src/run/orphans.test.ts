import { expect, test } from 'vitest'
import type { HostSession } from '../hosts/host-session.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import { beginStory } from '../store/story/story.ts'
import { plainRecord } from '../testing/story.ts'
import { guestsLeft, orphansOf } from './orphans.ts'

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

test('what this process let go of because a host was silent is taken up once both answer; what it left to a person is not', async () => {
  const clock = { sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) }
  const leftWith = async (isSilence: boolean, open: readonly string[]): Promise<number> => {
    const sessionOf = (name: string): object => ({ host: { name }, find: has, isOpen: open.includes(name) })
    const sessions = [source, destination].map(sessionOf) as unknown as readonly HostSession[]
    return (await guestsLeft({ store, sessions, clock, isLeftBySilence: () => isSilence })).length
  }
  expect(await leftWith(true, [source])).toBe(0)
  expect(await leftWith(true, [source, destination])).toBe(1)
  expect(await leftWith(false, [source, destination])).toBe(0)
})
