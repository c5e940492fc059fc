import { defaultIntent } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import { qemuVersionOf, refuseWhatCannotBe, streamFacts } from './stream-facts.ts'

const new13 = {
  sourceLibvirt: 11_003_000,
  destinationLibvirt: 11_003_000,
  sourceQemu: 10_000_000,
  destinationQemu: 10_000_000,
}

describe('what a pair of hosts can do', () => {
  test('is what the older of the two can', () => {
    expect(streamFacts(new13, 3)).toEqual({
      parallel: { possible: true },
      zstd: { possible: true },
      postCopyAfterParallel: false,
      freeCores: 3,
    })
    const { zstd } = streamFacts({ ...new13, destinationLibvirt: 9_000_000 }, null)
    expect(zstd).toEqual({ possible: false, why: 'libvirt 9.0.0 cannot compress with zstd (9.4.0 and newer can)' })
  })

  test('post-copy follows several streams only where the QEMU that runs the guest is new enough too', () => {
    const newer = { ...new13, destinationQemu: 10_001_000 }
    expect(streamFacts({ ...newer, sourceQemu: 10_001_000 }, null).postCopyAfterParallel).toBe(true)
    expect(streamFacts(newer, null).postCopyAfterParallel).toBe(false)
    expect(streamFacts({ ...newer, sourceQemu: null }, null).postCopyAfterParallel).toBe(false)
  })

  test('is refused by name where it was asked for by name', () => {
    const old = streamFacts({ ...new13, sourceLibvirt: 9_000_000 }, null)
    const intent = { ...defaultIntent, stream: { compression: 'zstd' as const } }
    expect(() => refuseWhatCannotBe(intent, old)).toThrow(/--compression zstd: libvirt 9\.0\.0 cannot/)
    expect(() => refuseWhatCannotBe(defaultIntent, old)).not.toThrow()
  })
})

test('QEMU’s own version is read as libvirt writes versions', () => {
  expect(qemuVersionOf({ qemu: { major: 10, minor: 1, micro: 2 }, package: '' })).toBe(10_001_000)
  expect(qemuVersionOf({})).toBeNull()
  expect(qemuVersionOf(null)).toBeNull()
})
