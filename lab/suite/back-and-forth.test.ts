// Guests moved back and forth in every way that Landfall has, and asked each time what became of them.
import type { MigrationReport, WantedIntent } from '@landfall/api'
import { removeGuest, setLink, waitForSweep } from '@landfall/lab'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { busyGuest, now, slowLink, useGuest } from './support/guest.ts'
import type { Guest } from './support/guest.ts'
import { landfallHere, reportOf } from './support/in-process.ts'
import { suiteLab } from './support/suite-lab.ts'

const lab = suiteLab().name
const thereAndBack = [1, 2]

async function move(guest: Guest, settings: WantedIntent['settings'] = {}): Promise<MigrationReport> {
  await using system = await landfallHere()
  const beganAt = now()
  const { from, to } = await guest.route()
  const wanted: WantedIntent = { settings, cold: false, novaConfig: [], namedAs: 'setting' }
  const { id } = await system.migrate({ guest: guest.name, to, wanted, confirm: false })
  const report = await reportOf(system, id)
  if (report.outcome !== 'completed') throw new Error(`${report.outcome}: ${report.reason.message}`)
  expect(report).toMatchObject({ source: from, destination: to })
  await guest.livesOn(to, beganAt)
  return report
}

/** Every page has been read since, those that are never rewritten as well, and so have the blocks of the volume. */
const isWhole = async (guest: Guest): Promise<void> => {
  expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
}

describe('a guest that writes faster than the link carries', () => {
  const guest = useGuest(busyGuest)
  beforeAll(() => setLink(lab, slowLink))
  afterAll(() => isWhole(guest))

  test.each(thereAndBack)('is landed by post-copy, where it may not be slowed (%i)', async () => {
    const report = await move(guest, { 'max-slowdown': '0' })
    expect(report).toMatchObject({ strategy: 'post-copy', maxThrottlePercent: 0 })
    // A machine that is busy may leave it quiet for a moment: it is given the chance to end in that, first.
    expect(report.decisions.at(-1)).toMatchObject({ act: 'start-post-copy' })
  })

  test.each(thereAndBack)('is landed by one pause, where nothing else is allowed (%i)', async () => {
    const report = await move(guest, { 'post-copy': 'never', 'max-pause': '15s', 'max-slowdown': '0' })
    expect(report).toMatchObject({ strategy: 'early-switchover', maxThrottlePercent: 0 })
    expect(report.downtimeMs).toBeLessThanOrEqual(15_000)
  })
})

describe('a guest whose speed follows its processor time', () => {
  const guest = useGuest({
    name: 'computes',
    memory: '64MiB',
    writeSet: '20MiB',
    rewrite: 'mixed',
    compute: 15_000,
  })
  // A tenth of what it writes with a processor to itself: far less than it writes on a busy machine, too.
  beforeAll(() => setLink(lab, '50Mbit'))
  afterAll(() => removeGuest(lab, guest.name))

  test.each(thereAndBack)('is landed by a throttle, where it may be slowed and nothing else (%i)', async () => {
    const report = await move(guest, { 'post-copy': 'never', 'max-pause': '500ms', 'max-slowdown': '99' })
    expect(report.maxThrottlePercent).toBeGreaterThan(0)
    await isWhole(guest)
  })
})

describe('two vCPUs that write', () => {
  const guest = useGuest({
    name: 'two',
    memory: '128MiB',
    vcpus: 2,
    writeSet: '64MiB',
    writeRate: '16MiB',
    rewrite: 'mixed',
  })
  beforeAll(() => setLink(lab, '800Mbit'))
  afterAll(() => removeGuest(lab, guest.name))

  test.each(thereAndBack)('are moved together by plain pre-copy, with their registers (%i)', async () => {
    expect(await move(guest)).toMatchObject({ strategy: 'pre-copy', decisions: [] })
    await isWhole(guest)
  })
})
