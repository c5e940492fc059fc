import type { Intent, StreamFacts } from '@landfall/core'
import { defaultIntent } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import type { SourceMemory, StreamVersions } from './stream-facts.ts'
import { qemuVersionOf, refuseWhatCannotBe, streamFacts, versionsOf } from './stream-facts.ts'

const new13 = {
  sourceLibvirt: 11_003_000,
  destinationLibvirt: 11_003_000,
  sourceQemu: 10_000_000,
  destinationQemu: 10_000_000,
}

const GiB = 1024 ** 3
const roomy = { hardLimit: false, spareBytes: 4 * GiB }
const can = (versions: StreamVersions, freeCores: number | null = null, memory: SourceMemory = roomy): StreamFacts =>
  streamFacts(versions, freeCores, memory)

describe('what a pair of hosts can do', () => {
  test('is what the older of the two can', () => {
    expect(can(new13, 3)).toEqual({
      parallel: { possible: true },
      zstd: { possible: true },
      xbzrle: { possible: true },
      sourceSpareBytes: 4 * GiB,
      postCopyAfterParallel: false,
      freeCores: 3,
    })
    const { zstd } = can({ ...new13, destinationLibvirt: 9_000_000 })
    expect(zstd).toEqual({ possible: false, why: 'libvirt 9.0.0 cannot compress with zstd (9.4.0 and newer can)' })
  })

  test('post-copy follows several streams only where the QEMU that runs the guest is new enough too', () => {
    const newer = { ...new13, destinationQemu: 10_001_000 }
    expect(can({ ...newer, sourceQemu: 10_001_000 }).postCopyAfterParallel).toBe(true)
    expect(can(newer).postCopyAfterParallel).toBe(false)
    expect(can({ ...newer, sourceQemu: null }).postCopyAfterParallel).toBe(false)
  })

  test('is refused by name where it was asked for by name', () => {
    const old = can({ ...new13, sourceLibvirt: 9_000_000 })
    const intent = { ...defaultIntent, stream: { compression: 'zstd' as const } }
    expect(() => refuseWhatCannotBe(intent, old)).toThrow(/compression by zstd: libvirt 9\.0\.0 cannot/)
    expect(() => refuseWhatCannotBe(defaultIntent, old)).not.toThrow()
  })
})

const asked = (parallelConnections?: number): Intent => ({
  ...defaultIntent,
  stream: { compression: 'xbzrle', ...(parallelConnections === undefined ? {} : { parallelConnections }) },
})

describe('XBZRLE', () => {
  test.each([
    ['a destination before 8.2', { destinationQemu: 8_001_000 }, /QEMU 8\.1\.0 cannot be told .*8\.2\.0 and newer/],
    ['a guest that still runs in one before 8.2', { sourceQemu: 7_002_000 }, /QEMU 7\.2\.0 cannot be told/],
    ['a guest whose QEMU takes no monitor command', { sourceQemu: null }, /does not answer/],
  ])('is not for %s', (_, versions, why) => {
    const facts = can({ ...new13, ...versions })
    expect(facts.xbzrle).toMatchObject({ possible: false, why: expect.stringMatching(why) })
    expect(() => refuseWhatCannotBe(asked(), facts)).toThrow(why)
    expect(() => refuseWhatCannotBe(defaultIntent, facts)).not.toThrow()
  })

  test('is not for a guest that the kernel would kill for its cache', () => {
    const { xbzrle } = can(new13, null, { ...roomy, hardLimit: true })
    expect(xbzrle).toMatchObject({ possible: false, why: expect.stringContaining('hard limit') })
  })

  test('goes through one stream only', () => {
    expect(() => refuseWhatCannotBe(asked(1), can(new13))).not.toThrow()
    expect(() => refuseWhatCannotBe(asked(2), can(new13))).toThrow(/xbzrle does not go with parallel/)
  })
})

// Its answer to an object is an object, to a text a text: no one function's type says so.
const answersVersion = { qemuMonitorCommand: () => Promise.resolve({ qemu: { major: 8, minor: 2 } } as never) }

const host = (qemu: number) => ({ libVersion: 11_003_000, getVersion: () => Promise.resolve(qemu) })

const sourceOf = async (source: number, destination: number): Promise<number | null> =>
  (await versionsOf(answersVersion, [host(source), host(destination)])).sourceQemu

test('the QEMU that runs the guest is asked for its version only where both hosts have one that is new enough', async () => {
  expect(await sourceOf(7_002_000, 10_000_000)).toBe(7_002_000)
  expect(await sourceOf(10_000_000, 7_002_000)).toBe(10_000_000)
  expect(await sourceOf(10_000_000, 10_000_000)).toBe(8_002_000)
})

test('QEMU’s own version is read as libvirt writes versions', () => {
  expect(qemuVersionOf({ qemu: { major: 10, minor: 1, micro: 2 }, package: '' })).toBe(10_001_000)
  expect(qemuVersionOf({})).toBeNull()
  expect(qemuVersionOf(null)).toBeNull()
})
