import type { Store } from './store.ts'

/** How a store is opened: what could not be opened now may be later, so that a failure is not kept. */
export interface Opening {
  readonly forWriting: () => Promise<Store>
  /** May be another, where there is nothing to be read yet. */
  readonly forReading: () => Promise<Store>
  /** What is open by now. */
  readonly opened: () => readonly Promise<Store>[]
}

/** Calls `open` until it has worked once. */
export function once(open: () => Promise<Store>): {
  readonly get: () => Promise<Store>
  readonly now: () => Promise<Store> | null
} {
  let opened: Promise<Store> | null = null
  const get = (): Promise<Store> => {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  return { get, now: () => opened }
}

/** A store that is opened when it is needed. */
export function lazyStore({ forWriting, forReading, opened }: Opening): Store {
  let open: Store | null = null
  const toWrite = async (): Promise<Store> => (open = await forWriting())
  return {
    begin: async (...given) => (await toWrite()).begin(...given),
    takeOver: async (...given) => (await toWrite()).takeOver(...given),
    append: async (...given) => (await toWrite()).append(...given),
    // A lease was got from an open one.
    isSurelyOurs: (lease) => open?.isSurelyOurs(lease) ?? false,
    release: async (lease) => (await toWrite()).release(lease),
    discard: async (lease) => (await toWrite()).discard(lease),
    note: async (...given) => (await forReading()).note(...given),
    prune: async (...given) => (await forReading()).prune(...given),
    read: async (id) => (await forReading()).read(id),
    entries: async (id) => (await forReading()).entries(id),
    ids: async () => (await forReading()).ids(),
    isDriven: async (id) => (await forReading()).isDriven(id),
    unended: async (which, isWanted) => (await forReading()).unended(which, isWanted),
    unendedOf: async (guest) => (await forReading()).unendedOf(guest),
    lessons: async (count) => (await forReading()).lessons(count),
    ended: async (page) => (await forReading()).ended(page),
    reports: async (page) => (await forReading()).reports(page),
    endedOf: async (idOrGuest) => (await forReading()).endedOf(idOrGuest),
    tokens: {
      add: async (token) => (await toWrite()).tokens.add(token),
      find: async (hash) => (await forReading()).tokens.find(hash),
      list: async () => (await forReading()).tokens.list(),
      remove: async (name) => (await toWrite()).tokens.remove(name),
    },
    requests: {
      keep: async (...given) => (await toWrite()).requests.keep(...given),
      renew: async (...given) => (await toWrite()).requests.renew(...given),
      asking: async (...given) => (await toWrite()).requests.asking(...given),
      drop: async (...given) => (await toWrite()).requests.drop(...given),
      list: async () => (await forReading()).requests.list(),
      left: async () => (await forReading()).requests.left(),
      claim: async (...given) => (await toWrite()).requests.claim(...given),
    },
    elsewhere: {
      ask: async (...given) => (await toWrite()).elsewhere.ask(...given),
      asked: async () => (await forReading()).elsewhere.asked(),
      take: async (number) => (await toWrite()).elsewhere.take(number),
      answer: async (...given) => (await toWrite()).elsewhere.answer(...given),
      answerTo: async (number) => (await forReading()).elsewhere.answerTo(number),
      dropAnswered: async (number) => (await toWrite()).elsewhere.dropAnswered(number),
      withdraw: async (number) => (await toWrite()).elsewhere.withdraw(number),
      follow: async (...given) => (await toWrite()).elsewhere.follow(...given),
      followed: async () => (await forReading()).elsewhere.followed(),
      publish: async (...given) => (await toWrite()).elsewhere.publish(...given),
      published: async (...given) => (await forReading()).elsewhere.published(...given),
      forget: async (migration) => (await toWrite()).elsewhere.forget(migration),
      forgetOlder: async (before) => (await forReading()).elsewhere.forgetOlder(before),
    },
    drains: {
      begin: async (...given) => (await toWrite()).drains.begin(...given),
      save: async (...given) => (await toWrite()).drains.save(...given),
      beat: async (...given) => (await toWrite()).drains.beat(...given),
      takeOver: async (...given) => (await toWrite()).drains.takeOver(...given),
      control: async (...given) => (await toWrite()).drains.control(...given),
      release: async (...given) => (await toWrite()).drains.release(...given),
      read: async (id) => (await forReading()).drains.read(id),
      list: async () => (await forReading()).drains.list(),
      sinceLastBack: async (host) => (await forReading()).drains.sinceLastBack(host),
    },
    keys: {
      find: async (key) => (await forReading()).keys.find(key),
      claim: async (...given) => (await toWrite()).keys.claim(...given),
      answer: async (...given) => (await toWrite()).keys.answer(...given),
      drop: async (...given) => (await toWrite()).keys.drop(...given),
    },
    audit: {
      add: async (act) => (await toWrite()).audit.add(act),
      read: async () => (await forReading()).audit.read(),
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of opened()) await (await each.catch(() => null))?.[Symbol.asyncDispose]()
    },
  }
}
