import type { Drain, HostStatus, Instance } from '@landfall/api'
import { expect, test } from 'vitest'
import { readFilter } from '../parts/filter.ts'
import { fleetKeys, matchesGuest, matchesHost } from './filter.ts'

const guest = (part: Partial<Instance> = {}): Instance => ({
  name: 'web1',
  uuid: '5f0c1d7e-0000-4000-8000-000000000001',
  host: 'host1',
  state: 'running',
  memoryBytes: 1,
  vcpus: 1,
  labels: {},
  migrating: false,
  kept: null,
  ...part,
})

const finds = (text: string, part: Partial<Instance> = {}): boolean =>
  matchesGuest(readFilter(text, fleetKeys), guest(part))

test('words without a key are looked for in the name, the host and the UUID, whatever their case', () => {
  expect(finds('')).toBe(true)
  expect(finds('WEB')).toBe(true)
  expect(finds('host1')).toBe(true)
  expect(finds('5f0c1d7e')).toBe(true)
  expect(finds('db')).toBe(false)
})

test('all that is asked has to hold', () => {
  expect(finds('web host:host1 state:running')).toBe(true)
  expect(finds('web host:host2')).toBe(false)
  expect(finds('web -host:host2')).toBe(true)
  expect(finds('-host:host1')).toBe(false)
})

test('a guest on its way is migrating, whatever its state', () => {
  expect(finds('state:migrating', { migrating: true })).toBe(true)
  expect(finds('state:running', { migrating: true })).toBe(false)
})

test('a label is found by its key, its value or both', () => {
  const labels = { tier: 'db', critical: '' }
  for (const text of ['label:tier', 'label:db', 'label:tier=db', 'label:critical'])
    expect(finds(text, { labels })).toBe(true)
  expect(finds('label:web', { labels })).toBe(false)
  expect(finds('label:tier', { labels: null })).toBe(false)
})

test('a name with blanks is quoted', () => {
  expect(finds('name:"my guest"', { name: 'this is my guest' })).toBe(true)
})

test('a key that means nothing is told, not taken for a word that nothing has', () => {
  expect(readFilter('colour:red web', fleetKeys)).toMatchObject({ unknown: ['colour'], terms: [{ value: 'web' }] })
})

const findsHost = (text: string, host: HostStatus, drained: Drain | null = null): boolean =>
  matchesHost(readFilter(text, fleetKeys), host, drained)

test('a state of hosts finds hosts and leaves guests in; one of guests leaves hosts in', () => {
  const silent: HostStatus = { name: 'host3', uri: '', reachable: false, why: '' }
  const answering = { name: 'host1', reachable: true } as HostStatus
  const drain = {} as Drain
  expect(findsHost('state:silent', silent)).toBe(true)
  expect(findsHost('state:silent', answering)).toBe(false)
  expect(findsHost('-state:silent host:host', answering)).toBe(true)
  expect(findsHost('state:drain', answering, drain)).toBe(true)
  expect(findsHost('state:answers', answering, drain)).toBe(false)
  expect(findsHost('state:running', silent)).toBe(true)
  expect(matchesGuest(readFilter('state:silent', fleetKeys), guest())).toBe(true)
})
