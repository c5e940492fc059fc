import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressAt, ramRanges } from './ram-ranges.ts'

const GiB = 1024 ** 3
const MiB = 1024 ** 2
const pc = { arch: 'x86_64', machine: 'pc-q35-10.0', memoryBytes: GiB, memoryDevices: 0 }

describe('where a guest’s memory lies', () => {
  test.each([
    ['pc-q35-10.0', 1, [[MiB, GiB - MiB]]],
    [
      'pc-q35-10.0',
      8,
      [
        [MiB, 2 * GiB - MiB],
        [4 * GiB, 6 * GiB],
      ],
    ],
    ['pc-i440fx-9.2', 3, [[MiB, 3 * GiB - MiB]]],
    [
      'pc-i440fx-9.2',
      8,
      [
        [MiB, 3 * GiB - MiB],
        [4 * GiB, 5 * GiB],
      ],
    ],
  ])('%s with %d GiB', (machine, gib, ranges) => {
    expect(ramRanges({ ...pc, machine, memoryBytes: gib * GiB })?.map(({ from, bytes }) => [from, bytes])).toEqual(
      ranges,
    )
  })

  test.each([
    { arch: 'aarch64' },
    { machine: 'microvm' },
    { machine: undefined },
    { memoryDevices: 1 },
    { memoryBytes: 2000 * GiB },
  ])('is not known for %o', (change) => {
    expect(ramRanges({ ...pc, ...change })).toBeNull()
  })

  test('every piece lies in RAM, whatever the place, and never where the VGA or a ROM is', () => {
    const sizes = fc.integer({ min: 192, max: 600 * 1024 })
    const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(sizes, place, fc.constantFrom('pc-q35-10.0', 'pc-i440fx-9.2'), (mib, at, machine) => {
        const ranges = ramRanges({ ...pc, machine, memoryBytes: mib * MiB }) ?? []
        const address = addressAt(ranges, at, 65_536) ?? -1
        expect(ranges.some(({ from, bytes }) => address >= from && address + 65_536 <= from + bytes)).toBe(true)
        expect(address).toBeGreaterThanOrEqual(MiB)
      }),
    )
  })
})
