import { expect, test } from 'vitest'
import { discoveryUrl, rangeOf } from './discovery.ts'
import { compareMicroversions, parseMicroversion, pinned } from './microversion.ts'

const range = (oldest: string, newest: string) => ({
  oldest: parseMicroversion(oldest),
  newest: parseMicroversion(newest),
})
const known = parseMicroversion('2.93')

test('2.9 is older than 2.10', () => {
  expect(compareMicroversions(parseMicroversion('2.9'), parseMicroversion('2.10'))).toBeLessThan(0)
})

test.each([
  ['the newest that this client knows, where the cloud has it', '2.100', null, '2.93'],
  ['the newest of an older cloud', '2.90', null, '2.90'],
  ['what somebody asked for', '2.100', '2.79', '2.79'],
  ['what somebody asked for, newer than this client knows', '2.100', '2.96', '2.96'],
])('pinned: %s', (_what, newest, wanted, expected) => {
  const asked = wanted === null ? null : parseMicroversion(wanted)
  expect(pinned(range('2.1', newest), known, asked)).toEqual(parseMicroversion(expected))
})

test.each(['2.101', '1.1'])('%s, which the cloud does not have, is refused with what it has', (wanted) => {
  expect(() => pinned(range('2.1', '2.100'), known, parseMicroversion(wanted))).toThrowError(/2\.1 to 2\.100/)
})

test.each(['2', '2.x', 'latest', ''])('"%s" is no microversion', (text) => {
  expect(() => parseMicroversion(text)).toThrowError(/no microversion/)
})

test.each([
  ['http://h:8774/v2.1', 'http://h:8774/v2.1/'],
  ['http://h:8774/v2.1/0123abc', 'http://h:8774/v2.1/'],
  ['https://h/compute/v2.1/', 'https://h/compute/v2.1/'],
  ['https://h/volume/v3/0123abc', 'https://h/volume/v3/'],
  ['https://h/placement', 'https://h/placement/'],
])('%s says what it can at %s', (endpoint, expected) => {
  expect(discoveryUrl(endpoint)).toBe(expected)
})

test('of several APIs at one address the one is taken whose microversions are meant', () => {
  const versions = [
    { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '' },
    { id: 'v3.0', status: 'CURRENT', version: '3.71', min_version: '3.0' },
  ]
  expect(rangeOf(versions, 3)).toEqual(range('3.0', '3.71'))
  expect(rangeOf(versions, 2)).toBeNull()
})
