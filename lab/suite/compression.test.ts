// What compression makes of a guest on the wire, and that it arrives as it left: zstd of pages that compress, XBZRLE of pages
// that are sent again with little changed.
import type { MigrationReport } from '@landfall/api'
import { removeGuest, setLink, waitForSweep } from '@landfall/lab'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Guest } from './support/guest.ts'
import { now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { expectReport } from './support/report.ts'
import { suiteLab } from './support/suite-lab.ts'

const lab = suiteLab().name
async function move(guest: Guest, ...options: string[]): Promise<MigrationReport> {
  const beganAt = now()
  const { to } = await guest.route()
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', '--post-copy', 'never', ...options])
  expectExit(finished, 0)
  const report = reportOf(finished)
  expectReport(report)
  expect(report).toMatchObject({ outcome: 'completed', destination: to })
  await guest.livesOn(to, beganAt)
  return report
}

describe('pages that compress', () => {
  const guest = useGuest({ name: 'words', memory: '128MiB', writeSet: '32MiB', writeRate: '4MiB', content: 'text' })

  beforeAll(() => setLink(lab, '800Mbit'))
  afterAll(() => removeGuest(lab, guest.name))

  test('with zstd it arrives intact, with far fewer bytes than its pages have', async () => {
    const plain = await move(guest, '--compression', 'never')
    expect(plain.stream).toMatchObject({ parallelConnections: null, compression: null })
    const { stream, bytesSent } = await move(guest, '--compression', 'zstd', '--parallel', '2')
    expect(stream).toMatchObject({ parallelConnections: 2, compression: 'zstd' })
    expect(stream?.why).toMatch(/its pages compress [2-9]\.\d to 1/)
    expect(bytesSent).toBeLessThan(0.6 * (plain.bytesSent ?? 0))
    // Every page that is never rewritten has been read since, and so has the volume.
    expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
  })
})

describe('pages of which little changes', () => {
  // Twice what the link carries: without deltas no pass gets ahead of it.
  const guest = useGuest({ name: 'rewriter', memory: '128MiB', writeSet: '48MiB', writeRate: '68MiB' })

  beforeAll(() => setLink(lab, '300Mbit'))
  afterAll(() => removeGuest(lab, guest.name))

  test('with XBZRLE a guest that writes faster than the link carries gets through, without post-copy', async () => {
    const report = await move(guest, '--compression', 'xbzrle')
    expect(report.stream).toMatchObject({ parallelConnections: null, compression: 'xbzrle' })
    expect(report.strategy).not.toBe('post-copy')
    expect(report.maxThrottlePercent).toBe(0)
    expect(report.downtimeMs).toBeLessThanOrEqual(1000)
    expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
  })
})
