import type { Drain, HostStatus } from '@landfall/api'
import { expect, test } from 'vitest'
import type { RollPorts } from './roll.ts'
import { roll } from './roll.ts'

const options = { reboots: false, healthyWithinMs: 60_000, undrainFirst: false }

/** Hosts on which everything goes well, but for what is named. */
function world(change: Partial<RollPorts> = {}, answers: (now: number) => boolean = () => true) {
  const did: string[] = []
  let now = 0
  const act = (name: string) => async (host: string) => {
    did.push(`${name} ${host}`)
    return null
  }
  const ports: RollPorts = {
    newestOf: async () => null,
    drain: act('drain'),
    undrain: act('undrain'),
    command: act('command'),
    status: async () => ({ reachable: answers(now), ageMs: 0, runningGuests: 0 }) as HostStatus,
    clock: { now: () => now, sleep: async (ms) => void (now += ms) },
    say: () => undefined,
    ...change,
  }
  return { ports, did, now: () => now }
}

const emptied = { state: { kind: 'drain', end: { outcome: 'done' } } } as Drain

const restarting = (now: number): boolean => now < 20_000 || now > 50_000

test('one host after the other is emptied, worked on, waited for and filled again', async () => {
  const { ports, did } = world()
  expect(await roll(['a', 'b'], ports, options)).toEqual({ done: ['a', 'b'], failed: null, left: [] })
  expect(did).toEqual(['drain a', 'command a', 'undrain a', 'drain b', 'command b', 'undrain b'])
})

test('the first thing that fails stops it, with where to go on; a host that is still empty is not drained again', async () => {
  const { ports, did } = world({ command: async (host) => (host === 'b' ? 'exit code 1' : null) })
  const rolled = await roll(['a', 'b', 'c'], ports, options)
  expect(rolled).toEqual({
    done: ['a'],
    failed: { host: 'b', step: 'command', why: 'exit code 1' },
    left: ['b', 'c'],
  })
  expect(did).toEqual(['drain a', 'undrain a', 'drain b'])
  const again = world({ newestOf: async (host) => (host === 'b' ? emptied : null) })
  await roll(rolled.left, again.ports, options)
  expect(again.did.slice(0, 3)).toEqual(['command b', 'undrain b', 'drain c'])
})

test('what was worked on is neither emptied nor worked on again: it has to answer, and is filled', async () => {
  const { ports, did } = world()
  expect(await roll(['a', 'b'], ports, { ...options, undrainFirst: true })).toMatchObject({ done: ['a', 'b'] })
  expect(did).toEqual(['undrain a', 'drain b', 'command b', 'undrain b'])
  const silent = world({}, () => false)
  const again = { ...options, reboots: true, undrainFirst: true }
  expect((await roll(['a'], silent.ports, again)).failed).toMatchObject({ step: 'health' })
  expect(silent.did).toEqual([])
})

test.each([
  ['a guest runs on it again', { reachable: true, ageMs: 0, runningGuests: 1 }],
  ['it does not answer', { reachable: false, why: 'timed out' }],
  ['what it answered is old', { reachable: true, ageMs: 60_000, runningGuests: 0 }],
])('a host that was emptied is drained again before anybody works on it where %s', async (_case, told) => {
  const { ports, did } = world({
    newestOf: async () => emptied,
    status: async () => told as HostStatus,
    drain: async () => 'it is drained',
  })
  expect(await roll(['a'], ports, options)).toMatchObject({ failed: { step: 'drain', why: 'it is drained' } })
  expect(did).toEqual([])
})

test('a host counts as healthy once it answers again and again; one that restarts has to be silent first', async () => {
  const { ports, now } = world({}, restarting)
  await roll(['a'], ports, { ...options, reboots: true })
  expect(now()).toBeGreaterThan(50_000)
  // Silent from the command on.
  let isDown = false
  const never = world({ command: async () => ((isDown = true), null) }, () => !isDown)
  expect((await roll(['a'], never.ports, options)).failed).toMatchObject({ step: 'health' })
  const always = world()
  expect((await roll(['a'], always.ports, { ...options, reboots: true })).failed).toMatchObject({
    step: 'restart',
    why: expect.stringMatching(/answers still after/),
  })
})

test.each([
  [{ reachable: true, ageMs: 0, runningGuests: 1 }, /^a guest is on it still/],
  [{ reachable: true, ageMs: 0, runningGuests: 3 }, /^3 guests are on it still/],
  [{ reachable: false, why: 'timed out' }, /nobody can say whether it is empty/],
])('nobody works on a host that was drained, and of which is said: %j', async (told, why) => {
  const { ports, did } = world({ status: async () => told as HostStatus })
  expect(await roll(['a', 'b'], ports, options)).toMatchObject({
    failed: { host: 'a', step: 'drain', why: expect.stringMatching(why) },
    left: ['a', 'b'],
  })
  expect(did).toEqual(['drain a'])
})

test('what a service heard before the last guest had left is looked at again', async () => {
  let looks = 0
  const { ports, did } = world({
    status: async () => ({ reachable: true, ageMs: 0, runningGuests: ++looks > 2 ? 0 : 1 }) as HostStatus,
  })
  expect((await roll(['a'], ports, options)).done).toEqual(['a'])
  expect(did).toEqual(['drain a', 'command a', 'undrain a'])
})
