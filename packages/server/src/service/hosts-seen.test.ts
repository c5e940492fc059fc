import type { HostStatus } from '@landfall/api'
import { expect, test } from 'vitest'
import { changesBetween } from './hosts-seen.ts'

const there = (name: string): HostStatus => ({
  name,
  uri: 'qemu:///system',
  reachable: true,
  hostname: name,
  libvirtVersion: 1,
  qemuVersion: 1,
  memoryBytes: 1,
  availableBytes: 1,
  runningGuests: 0,
  ageMs: 0,
})
const gone = (name: string): HostStatus => ({ name, uri: 'qemu:///system', reachable: false, why: 'refused' })

test('a host that went is told with the reason, one that came back as well, and nothing twice', () => {
  expect(changesBetween([], [there('a'), gone('b')])).toEqual([{ host: 'b', why: 'refused' }])
  expect(changesBetween([there('a'), gone('b')], [gone('a'), there('b')])).toEqual([
    { host: 'a', why: 'refused' },
    { host: 'b', why: null },
  ])
  expect(changesBetween([gone('a'), there('b')], [gone('a'), there('b')])).toEqual([])
})
