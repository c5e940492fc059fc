// A guest with a disk that only its host reaches, beside one that both do: the first is copied along.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inHost, openLab, readProgress, removeGuest, setLink, virsh } from '@landfall/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { now, useGuest } from './support/guest.ts'
import { store } from './support/journals.ts'
import { expectExit, jsonOf, landfall, reportOf, start } from './support/landfall.ts'
import { expectReport } from './support/report.ts'
import { suiteLab } from './support/suite-lab.ts'

const lab = suiteLab().name
const mebi = 1024 ** 2
const diskBytes = 32 * mebi
const guest = useGuest({
  name: 'disk1',
  memory: '128MiB',
  volumeSize: '64MiB',
  localDisk: diskBytes,
  diskWriteRate: '256KiB',
  fill: false,
})
const path = `/var/lib/landfall-local/${guest.name}.raw`
/** A guest that had no processor catches up with its disk: it is not to be refused for that. */
const whateverItWrites = ['--max-pause', '1m']
const copying = /copying local disks: [1-9]/

afterAll(() => removeGuest(lab, guest.name))
beforeAll(() => setLink(lab, '400Mbit'))

/** The guest's file on a host, if there is one: read from outside of the host. */
const fileOn = async (host: string): Promise<Buffer | null> => {
  const directory = openLab(lab).state.hosts.find(({ name }) => name === host)?.directory ?? ''
  return readFile(join(directory, 'upper', path)).catch(() => null)
}

const blocksWritten = async (): Promise<number> => (await readProgress(lab, guest.name)).at(-1)?.blocksWritten ?? 0

function differingBlocks(one: Buffer, other: Buffer): number {
  let differing = 0
  for (let at = 0; at < diskBytes; at += 4096) {
    if (one.compare(other, at, at + 4096, at, at + 4096) !== 0) differing++
  }
  return differing
}

test('a guest takes its local disk along, whole, and leaves the old one where it was', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const writtenBefore = await blocksWritten()
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json'])
  expectExit(finished, 0)
  const report = reportOf(finished)
  expectReport(report)
  console.log(
    `${report.totalTimeMs} ms of ${report.predicted?.totalTimeMs?.likely}, downtime ${report.downtimeMs} ms of ${report.predicted?.downtimeMs?.likely}, disk ${report.diskBytesCopied} B`,
  )
  expect(report).toMatchObject({
    outcome: 'completed',
    strategy: 'pre-copy',
    reason: { message: expect.stringContaining(`old local disks are still on ${from}: ${path}`) },
    disksLeft: [{ host: from, target: 'vdb', path }],
  })
  // The local one and no other: what was copied again while the guest wrote is less than the shared one's size.
  expect(report.diskBytesCopied).toBeGreaterThanOrEqual(diskBytes)
  expect(report.diskBytesCopied).toBeLessThan(diskBytes + 64 * mebi)
  expect((await store().read(report.id))?.record.plan.launch).toMatchObject({ copyDisks: ['vdb'] })
  await guest.livesOn(to, beganAt)

  await virsh(lab, to, ['suspend', guest.name])
  const [left, taken] = await Promise.all([fileOn(from), fileOn(to)])
  const writtenSince = (await blocksWritten()) - writtenBefore
  await virsh(lab, to, ['resume', guest.name])
  if (left === null || taken === null) throw new Error(`${path} is missing on a host`)
  expect(taken).toHaveLength(diskBytes)
  const differing = differingBlocks(left, taken)
  console.log(`${differing} of ${diskBytes / 4096} blocks differ, ${writtenSince} were written meanwhile`)
  expect(differing).toBeGreaterThan(0)
  expect(differing).toBeLessThanOrEqual(writtenSince)
})

test('a file that is at its path on the destination is not overwritten; without it the guest goes back', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const before = await fileOn(to)
  const refused = await landfall(['migrate', guest.name, '--to', to])
  expectExit(refused, 3)
  expect(refused.stderr).toMatch(`${to} has a file ${path} already`)
  expect(refused.stderr).toMatch(`virsh vol-delete --pool landfall-local ${guest.name}.raw (on ${to})`)
  if (before === null) throw new Error(`${path} is missing on ${to}`)
  expect((await fileOn(to))?.equals(before)).toBe(true)
  await guest.livesOn(from, beganAt)

  await inHost(lab, to, ['rm', path])
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json'])
  expectExit(finished, 0)
  expect(reportOf(finished)).toMatchObject({ outcome: 'completed', disksLeft: [{ host: from }] })
  await guest.livesOn(to, beganAt)
  await inHost(lab, from, ['rm', path])
})

test('aborted in mid-copy, the guest stays and nothing is left on the destination', async () => {
  await setLink(lab, '20Mbit')
  const beganAt = now()
  const { from, to } = await guest.route()
  const driver = start(['migrate', guest.name, '--to', to, '--json', ...whateverItWrites])
  await driver.prints(copying)
  expect(await fileOn(to)).toHaveLength(diskBytes)
  const abort = await landfall(['abort', guest.name, '--json'])
  expectExit(abort, 0)
  expect(jsonOf(abort)).toMatchObject({ outcome: 'aborted', reason: { code: 'asked' } })
  expectExit(await driver.ended, 4)
  expect(await fileOn(to)).toBeNull()
  await guest.livesOn(from, beganAt)
})

test('so it is when whoever started it was killed: the next one who looks removes the half copy', async () => {
  await setLink(lab, '20Mbit')
  const beganAt = now()
  const { from, to } = await guest.route()
  const driver = start(['migrate', guest.name, '--to', to, ...whateverItWrites])
  await driver.prints(copying)
  driver.child.kill('SIGKILL')
  await driver.ended
  const abort = await landfall(['abort', guest.name, '--json'])
  expectExit(abort, 0)
  expect(jsonOf(abort)).toMatchObject({ outcome: 'aborted', source: from, destination: to })
  expect(await fileOn(to)).toBeNull()
  await guest.livesOn(from, beganAt)
})
