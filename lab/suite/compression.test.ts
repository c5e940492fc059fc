// A guest whose pages compress: what zstd makes of it on the wire, and that it arrives as it left.
import { removeGuest, setLink, waitForSweep } from '@landfall/lab'
import type { MigrationReport } from '@landfall/server'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { expectReport } from './support/report.ts'

const lab = inject('labName')
const guest = useGuest({ name: 'words', memory: '192MiB', writeSet: '32MiB', writeRate: '4MiB', content: 'text' })

beforeAll(() => setLink(lab, '800Mbit'))
afterAll(() => removeGuest(lab, guest.name))

async function move(...options: string[]): Promise<MigrationReport> {
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

test('with zstd it arrives intact, with far fewer bytes than its pages have', async () => {
  const plain = await move('--compression', 'never')
  expect(plain.stream).toMatchObject({ parallelConnections: null, compression: null })
  const { stream, bytesSent } = await move('--compression', 'zstd', '--parallel', '2')
  expect(stream).toMatchObject({ parallelConnections: 2, compression: 'zstd' })
  expect(stream?.why).toMatch(/its pages compress [2-9]\.\d to 1/)
  expect(bytesSent).toBeLessThan(0.6 * (plain.bytesSent ?? 0))
  // Every page that is never rewritten has been read since, and so has the volume.
  expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
})
