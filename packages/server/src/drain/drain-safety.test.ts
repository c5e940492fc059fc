// What must not come of a drain, whoever dies, falls silent or comes between.
import type { DrainedGuest } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noNova } from '../cloud/open-nova.ts'
import type { OpenNova } from '../cloud/nova.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { FakeNova } from '../testing/fake-nova.ts'
import { Drains, usualRequest } from './drains.ts'

let fleet: FakeFleet
let store: Store
let all: Drains[]
let stop: AbortController
let looking: Promise<void>[]
const nobody = (): void => undefined
const oneAtATime = { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } }

beforeEach(() => {
  fleet = new FakeFleet(4, 16)
  for (let index = 0; index < 4; index++) fleet.add(`g${index}`, 'host1', 1 + (index % 2))
  store = sqliteStore(new Database(':memory:'))
  all = []
  stop = new AbortController()
  looking = []
})
afterEach(async () => {
  stop.abort()
  await Promise.all(looking)
  for (const drains of all) await drains[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

/** The drains as a process has them that knows those hosts. */
function open(nova: OpenNova = noNova, sessions: readonly HostSession[] = fleet.sessions): Drains {
  const { clock, port, makePlan } = fleet
  const drains = new Drains({ context: { sessions, clock, store, nova }, port, makePlan })
  all.push(drains)
  return drains
}

const takesOver = (drains: Drains, taken: string[] = []): string[] => {
  looking.push(drains.takeOver((id) => taken.push(id), nobody, stop.signal))
  return taken
}

const ended = (drains: Drains, id = 'host1') =>
  expect.poll(async () => (await drains.of(id)).state.end?.outcome ?? null, { interval: 5, timeout: 20_000 })

/** One that has begun to move, and whose driver is gone. */
async function left(): Promise<void> {
  const first = open()
  await first.start(oneAtATime, nobody)
  await expect.poll(() => fleet.launches.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(0)
  await first[Symbol.asyncDispose]()
}

/** One that may begin, with its guests as they are by then, and whose driver is gone. */
async function notBegun(change: (guests: readonly DrainedGuest[]) => readonly DrainedGuest[]): Promise<void> {
  const first = open()
  const farOff = { opensAt: fleet.clock.now() + 86_400_000, closesAt: fleet.clock.now() + 90_000_000 }
  const { state } = await first.start({ ...oneAtATime, window: farOff }, nobody)
  await first[Symbol.asyncDispose]()
  const row = await store.drains.read(state.id)
  if (row === null) throw new Error('it is kept')
  await store.drains.save(state.id, row.holder, { ...row.state, guests: change(row.state.guests), window: null })
}

test('whoever does not know its hosts takes no drain over: it would see none of its guests', async () => {
  await left()
  const strangers = open(noNova, fleet.sessions.slice(1))
  const taken = takesOver(strangers)
  await expect.poll(() => fleet.clock.now(), { interval: 5, timeout: 20_000 }).toBeGreaterThan(1_060_000)
  expect([taken, (await strangers.of('host1')).state.end]).toEqual([[], null])
  takesOver(open())
  await ended(strangers).toBe('done')
  expect(fleet.on('host1')).toEqual([])
})

test('nor does whoever does not know its hosts resume it: it is told which are missing, and can end it', async () => {
  await left()
  const [stored] = await store.drains.list()
  if (stored === undefined) throw new Error('there is one')
  await store.drains.takeOver(stored.id, stored, { ...stored.holder, pid: 999_999_999, term: 'dead' })
  const stranger = open(noNova, fleet.sessions.slice(1))
  await stranger.change('host1', { kind: 'pause' })
  await expect(stranger.change('host1', { kind: 'resume' })).rejects.toMatchObject({
    code: 'unknown-host',
    message: expect.stringContaining('host1'),
  })
  // What is refused changes nothing: whoever takes it over later begins nothing of it.
  expect(await stranger.of('host1')).toMatchObject({ state: { mode: 'paused' }, driven: false, drivenHere: false })
  expect(await stranger.change('host1', { kind: 'stop' })).toMatchObject({ drivenHere: true })
})

test('of one that nobody drives it is not said that its driver will look', async () => {
  await left()
  const [stored] = await store.drains.list()
  if (stored === undefined) throw new Error('there is one')
  await store.drains.takeOver(stored.id, stored, { ...stored.holder, pid: 999_999_999, term: 'dead' })
  const { state, driven } = await open().change('host1', { kind: 'pause' })
  expect([state.mode, state.waitingFor, driven]).toEqual(['paused', 'whoever drives it next', false])
})

test.each([
  ['is gone', false],
  ['lives', true],
])(
  'without a service, a drain is taken up where its driver on another machine %s, and else left to it',
  async (_case, lives) => {
    await left()
    const [stored] = await store.drains.list()
    if (stored === undefined) throw new Error('there is one')
    const far = { ...stored.holder, machine: 'another machine', term: 'far' }
    await store.drains.takeOver(stored.id, stored, far)
    const { read } = store.drains
    if (lives) Object.assign(store.drains, { read: (id: string) => store.drains.beat(id, far).then(() => read(id)) })
    const here = open()
    expect(await here.change('host1', { kind: 'resume' })).toMatchObject({ driven: true, drivenHere: !lives })
    if (!lives) await ended(here).toBe('done')
    expect((await read(stored.id))?.holder.term === 'far').toBe(lives)
  },
)

test('a host on which a guest was started meanwhile is not called empty', async () => {
  const drains = open()
  await drains.start(oneAtATime, nobody)
  fleet.add('late', 'host1', 1)
  await ended(drains).toBe('guests-left')
  expect((await drains.of('host1')).state).toMatchObject({
    leftOut: [{ guest: 'late' }],
    end: { next: 'landfall drain host1' },
  })
  await drains.start(oneAtATime, nobody)
  await ended(drains).toBe('done')
})

test('a host that does not answer keeps the guests of the others from coming home no longer, nor forgets its own', async () => {
  const drains = open()
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended(drains).toBe('done')
  // A second drain, of an empty host: what the first has moved is still to come back.
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended(drains).toBe('done')
  const away = fleet.on('host3')
  expect(away.length).toBeGreaterThan(0)
  fleet.fallSilent('host3')
  const back = usualRequest('host1', 'undrain')
  await expect(drains.start(back, nobody)).rejects.toMatchObject({
    code: 'drain-refused',
    message: expect.stringContaining('host3 does not answer'),
  })
  const { state } = await drains.start({ ...back, partly: true }, nobody)
  await ended(drains, state.id).toBe('guests-left')
  expect(fleet.on('host1')).toHaveLength(4 - away.length)
  fleet.silent.delete('host3')
  await fleet.clock.sleep(60_000)
  await drains.start(back, nobody)
  await expect.poll(() => fleet.on('host1').length, { interval: 5, timeout: 20_000 }).toBe(4)
})

test('a drain that was taken over while Nova is away starts nothing, says so, and can be stopped', async () => {
  await left()
  const launched = fleet.launches.length
  const nova = new FakeNova('')
  nova.serviceRefusal = new Error('503')
  const second = open(nova.open)
  takesOver(second)
  const waits = async () => (await second.of('host1')).state.waitingFor
  await expect.poll(waits, { interval: 5, timeout: 20_000 }).toBe('what keeps it from going on: 503')
  expect(fleet.launches).toHaveLength(launched)
  await second.change('host1', { kind: 'stop' })
  await ended(second).toBe('stopped')
  expect(await second.place('g3')).toBeDefined()
})

test('the limits hold for two drains at once that look at the same moment', async () => {
  for (let index = 0; index < 4; index++) fleet.add(`h${index}`, 'host2', 1)
  const drains = open()
  const narrow = { to: ['host3'], limits: { perSource: 1, perDestination: 1, fleet: 20 } }
  await Promise.all(
    ['host1', 'host2'].map((host) => drains.start({ ...usualRequest(host, 'drain'), ...narrow }, nobody)),
  )
  await ended(drains, 'host1').toBe('done')
  await ended(drains, 'host2').toBe('done')
  expect(fleet.on('host3')).toHaveLength(8)
  expect(fleet.launches.filter(({ under }) => under > 1)).toEqual([])
})

test('a drain that names a destination which is not in use any more has its guests go elsewhere', async () => {
  const first = open()
  const { state } = await first.start({ ...oneAtATime, to: ['host2', 'host3'] }, nobody)
  await first.change('host1', { kind: 'pause' })
  const waits = async () => {
    const { waitingFor, guests } = (await first.of('host1')).state
    return waitingFor === 'paused: nothing is started' && guests.every(({ stage }) => stage.kind !== 'preparing')
  }
  await expect.poll(waits, { interval: 5, timeout: 20_000 }).toBe(true)
  await first[Symbol.asyncDispose]()
  await store.drains.control(state.id, { mode: 'running' })
  expect(state.guests.map(({ to }) => to)).toContain('host3')
  const second = open(
    noNova,
    fleet.sessions.filter(({ host }) => host.name !== 'host3'),
  )
  takesOver(second)
  await ended(second).toBe('done')
  expect([fleet.on('host1'), fleet.on('host4')]).toEqual([[], []])
})

test('who is to stay together with a guest on a host that fell silent does not go elsewhere without it', async () => {
  for (const guest of ['g0', 'g1']) fleet.metadata.set(guest, "<l:label key='together' value='web'/>")
  let home = ''
  // The first of the two has landed by then.
  await notBegun((guests) =>
    guests.map((guest) => {
      if (guest.guest !== 'g0') return guest
      home = guest.to
      return { ...guest, stage: { kind: 'moved', at: 1, startedAt: 0 } }
    }),
  )
  for (const guest of fleet.guests.values()) if (guest.name === 'g0') guest.host = home
  fleet.fallSilent(home)
  const second = open()
  takesOver(second)
  await ended(second).toBe('guests-left')
  expect((await second.of('host1')).state.guests.find(({ guest }) => guest === 'g1')?.stage).toMatchObject({
    kind: 'left',
    why: expect.stringContaining(`${home}: it does not answer`),
  })
})

test('whoever goes elsewhere goes where libvirt lets it run', async () => {
  let waiting: readonly string[] = []
  await notBegun((guests) => {
    waiting = guests.flatMap(({ guest, to }) => (to === 'host2' ? [guest] : []))
    return guests
  })
  expect(waiting.length).toBeGreaterThan(0)
  fleet.fallSilent('host2')
  // Of the two that are left the emptier has guests of the same names.
  for (const guest of waiting) fleet.add(guest, 'host3', 0.25)
  fleet.add('large', 'host4', 8)
  const drains = open()
  takesOver(drains)
  await ended(drains).toBe('done')
  expect(fleet.on('host4')).toEqual(expect.arrayContaining([...waiting]))
})

test('a guest that is on its host no more while its destination is silent holds up nobody', async () => {
  let waiting: readonly string[] = []
  await notBegun((guests) => {
    waiting = guests.flatMap(({ guest, to }) => (to === 'host2' ? [guest] : []))
    return guests
  })
  const [gone = ''] = waiting
  fleet.fallSilent('host2')
  for (const [key, guest] of fleet.guests) if (guest.name === gone) fleet.guests.delete(key)
  const drains = open()
  takesOver(drains)
  await ended(drains).toBe('guests-left')
  const stages = (await drains.of('host1')).state.guests.map(({ guest, stage }) => [guest, stage.kind] as const)
  expect(new Map(stages).get(gone)).toBe('left')
  expect(stages.filter(([guest, kind]) => guest !== gone && kind !== 'moved')).toEqual([])
})

test('a store that is away for a moment costs no guest its tries', async () => {
  const { save } = store.drains
  let failures = 0
  Object.assign(store.drains, {
    save: (...given: Parameters<typeof save>) => {
      const isFirst = failures === 0 && given[2].guests.some(({ stage }) => stage.kind === 'preparing')
      return isFirst ? (failures++, Promise.reject(new Error('it is away'))) : save(...given)
    },
  })
  const drains = open()
  await drains.start(oneAtATime, nobody)
  await ended(drains).toBe('done')
  const { guests } = (await drains.of('host1')).state
  expect([failures, guests.flatMap(({ attempts }) => attempts)]).toEqual([1, []])
})

test('a driver whose hosts let wait for an answer lives: no other service takes its drain from it', async () => {
  const taken: string[] = []
  const one = open()
  takesOver(one, taken)
  takesOver(open(), taken)
  await one.start(oneAtATime, nobody)
  await expect.poll(() => fleet.launches.length, { interval: 1, timeout: 20_000 }).toBeGreaterThan(0)
  fleet.silentAfterMs = 30_000
  fleet.fallSilent('host4')
  await ended(one).not.toBeNull()
  expect([taken, fleet.on('host1')]).toEqual([[], []])
})

test('what has not changed is not written again and again; its driver lives by its beat, and lets go of what another has taken', async () => {
  const drains = open()
  const { state } = await drains.start(oneAtATime, nobody)
  await drains.change('host1', { kind: 'pause' })
  const rests = async () => (await store.drains.read(state.id))?.state.waitingFor
  await expect.poll(rests, { interval: 2, timeout: 20_000 }).toBe('paused: nothing is started')
  await fleet.clock.sleep(10_000)
  const { save } = store.drains
  let saves = 0
  Object.assign(store.drains, { save: (...given: Parameters<typeof save>) => (saves++, save(...given)) })
  const before = await store.drains.read(state.id)
  if (before === null) throw new Error('it is kept')
  const until = fleet.clock.now() + 60_000
  await expect.poll(() => fleet.clock.now(), { interval: 2, timeout: 20_000 }).toBeGreaterThan(until)
  const after = await store.drains.read(state.id)
  if (after === null) throw new Error('it is kept')
  expect([saves, after.beat > before.beat + 10]).toEqual([0, true])
  // It beats meanwhile, and then it is not taken from it.
  const isTaken = async (): Promise<boolean> => {
    const now = await store.drains.read(state.id)
    return now !== null && store.drains.takeOver(state.id, now, { ...now.holder, term: 'another' })
  }
  await expect.poll(isTaken, { interval: 2, timeout: 20_000 }).toBe(true)
  await expect.poll(async () => (await drains.of('host1')).drivenHere, { interval: 2 }).toBe(false)
})

test('one that Nova lets wait for its word is not taken over, and does not begin after all where that is a no', async () => {
  const nova = new FakeNova('')
  const word = Promise.withResolvers<boolean>()
  const { disable } = nova
  let asked = 0
  Object.assign(nova, {
    disable: (...given: Parameters<typeof disable>) => (asked++ === 0 ? word.promise : disable(...given)),
  })
  const drains = open(nova.open)
  const taken = takesOver(drains)
  const begun = drains.start(usualRequest('host1', 'drain'), nobody)
  await expect.poll(() => asked, { interval: 1 }).toBe(1)
  await fleet.clock.sleep(60_000)
  word.reject(new Error('no answer within 60 s'))
  await expect(begun).rejects.toThrow('no answer')
  await ended(drains).toBe('stopped')
  expect([taken, fleet.launches]).toEqual([[], []])
})

test('a way back that was taken over before it had given its host back is not done before it has', async () => {
  const first = open()
  takesOver(first)
  await first.start(usualRequest('host2', 'drain'), nobody)
  const [drain] = await store.drains.list()
  if (drain === undefined) throw new Error('there is one')
  await expect.poll(async () => (await store.drains.read(drain.id))?.endedAt ?? null, { interval: 5 }).not.toBeNull()
  const beganAt = fleet.clock.now() + 1
  const dead = { ...drain.holder, pid: 999_999_999, bootId: 'another' }
  const state = { ...drain.state, id: 'back', kind: 'undrain', beganAt, end: null } as const
  stop.abort()
  await Promise.all(looking)
  const request = usualRequest('host2', 'undrain')
  await store.drains.begin({ ...drain, id: 'back', beganAt, holder: dead, request, state }, [])

  const nova = new FakeNova('')
  const { enable } = nova
  Object.assign(nova, { enable: () => Promise.reject(new Error('503')) })
  stop = new AbortController()
  const second = open(nova.open)
  takesOver(second)
  const waits = async () => (await second.of('host2')).state.waitingFor
  await expect.poll(waits, { interval: 5, timeout: 20_000 }).toBe('what keeps it from going on: 503')
  expect((await second.of('host2')).state.end).toBeNull()
  Object.assign(nova, { enable })
  await expect.poll(async () => (await second.of('host2')).state.end?.outcome, { interval: 5 }).toBe('done')
  expect((await store.drains.read(drain.id))?.releasedAt).not.toBeNull()
})
