import type { FleetGuest, FleetHost } from '@landfall/core'
import { expect, test } from 'vitest'
import { measuredAtOnce } from './fitness.ts'

const host = (name: string, cpus: number | null): FleetHost => ({
  name,
  availability: { kind: 'usable' },
  memoryBytes: 1e9,
  availableBytes: 1e9,
  reservedBytes: 0,
  cpus,
  vcpusGiven: 0,
  mostVcpusPerCpu: null,
  linkBytesPerSecond: null,
  freeHugePages: null,
  guestLabels: [],
})

const on = (name: string): FleetGuest => ({
  uuid: `g on ${name}`,
  name: 'g',
  host: name,
  memoryBytes: 1e6,
  vcpus: 1,
  hugePageBytes: null,
  spread: null,
  together: null,
})

test('no more guests are measured at a time than their hosts have cores, and no more than six', () => {
  const hosts = [host('small', 2), host('other', 3), host('large', 64), host('silent', null)]
  expect(measuredAtOnce([on('small'), on('small')], hosts)).toBe(2)
  expect(measuredAtOnce([on('small'), on('other')], hosts)).toBe(5)
  expect(measuredAtOnce([on('large')], hosts)).toBe(6)
  expect(measuredAtOnce([on('silent')], hosts)).toBe(6)
  expect(measuredAtOnce([on('small')], [host('small', 0)])).toBe(6)
})
