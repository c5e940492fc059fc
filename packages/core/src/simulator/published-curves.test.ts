import { describe, expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import { qemuDowntimeLimitMs, typicalOverheads } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import type { Bytes } from '../units.ts'
import { GiB, MiB } from '../units.ts'
import { seededRandom } from './random.ts'
import type { RecordedPasses } from './replay.ts'
import { replay } from './replay.ts'

/**
 * Migrations that KubeVirt published as plots (enhancements, veps/sig-compute/248-migration-convergence): read off by eye, without what
 * a probe would have said of the guests.
 */
const published = (firstPassGiB: number, megabitsPerSecond: number, leftMiB: readonly number[]): RecordedPasses => ({
  firstPassBytes: firstPassGiB * GiB,
  linkBytesPerSecond: (megabitsPerSecond * 1e6) / 8,
  left: leftMiB.map((mib) => mib * MiB),
})

const mariaDb = published(6.1, 830, [930, 590, 500, 380, 480, 500, 270, 45])
const kernelBuild = published(
  4.1,
  900,
  [
    1860, 1280, 1250, 1270, 1250, 1250, 1260, 1300, 1280, 1280, 1570, 1690, 1690, 1590, 1420, 1640, 1460, 1560, 1090,
    350,
  ],
)
/** 125 ± 10 MiB a pass for seven minutes, a spike each minute when it saves. */
function redis(seed: number): RecordedPasses {
  const random = seededRandom(seed)
  return published(
    1.1,
    940,
    Array.from({ length: 380 }, (_, pass) => (pass % 57 === 56 ? 175 : 115 + 20 * random())),
  )
}

const unprobed = ({ linkBytesPerSecond: likely }: RecordedPasses, memoryBytes: Bytes): Facts => ({
  memoryBytes,
  vcpus: 4,
  dirtyWindows: [],
  link: { source: 'configured', bytesPerSecond: { low: likely * 0.95, likely, high: likely * 1.05 } },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: qemuDowntimeLimitMs,
  coldPossible: true,
})

const withoutPostCopy = { ...defaultIntent, postCopy: 'never' } as const

describe('published migrations, steered', () => {
  test('MariaDB, whose passes shrink with a wiggle at the fifth and sixth, is left alone where only a pause would be at hand', () => {
    const run = replay(withoutPostCopy, unprobed(mariaDb, 6.4 * GiB), mariaDb)
    expect(run.outcome).toBe('completed')
    expect(run.acts.filter(({ atMs }) => atMs < 95_000)).toEqual([])
    expect(run.downtimeMs).toBeLessThan(1000)
  })

  test('the kernel build, which stays on its plateau for 277 s, is decided by the 70th second', () => {
    const facts = unprobed(kernelBuild, 4.3 * GiB)
    const run = replay(defaultIntent, facts, kernelBuild)
    expect(run).toMatchObject({ outcome: 'completed', acts: [{ act: { kind: 'start-post-copy' } }] })
    expect(run.acts[0]?.atMs).toBeLessThanOrEqual(70_000)
    const paused = replay({ ...withoutPostCopy, maxPauseMs: 15_000 }, facts, kernelBuild)
    expect(paused).toMatchObject({ outcome: 'completed' })
    expect(paused.acts[0]?.atMs).toBeLessThanOrEqual(70_000)
  })

  test.each([1, 2, 3, 4, 5, 6])(
    'redis, which never ends by itself, lands within 30 s with a pause of 1.1 s at most (%i)',
    (seed) => {
      const recorded = redis(seed)
      const facts = unprobed(recorded, 1.3 * GiB)
      for (const intent of [defaultIntent, { ...withoutPostCopy, maxPauseMs: 1100 }]) {
        const run = replay(intent, facts, recorded)
        expect(run.outcome).toBe('completed')
        expect(run.downtimeMs).toBeLessThanOrEqual(1100)
        expect(run.totalTimeMs).toBeLessThanOrEqual(30_000)
      }
    },
  )

  test('a plateau whose pause is far beyond the limit is given up after four passes without a gain, not waited for', () => {
    const run = replay(withoutPostCopy, unprobed(kernelBuild, 4.3 * GiB), kernelBuild)
    expect(run).toMatchObject({ outcome: 'aborted', passes: 6 })
  })
})
