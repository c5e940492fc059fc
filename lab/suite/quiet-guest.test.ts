// Guests that need no help: nothing is touched that need not be.
import { removeGuest, setLink, waitForSweep } from '@landfall/lab'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { onHost } from './support/places.ts'
import { expectReport } from './support/report.ts'

const lab = inject('labName')
const usualLimitMs = 300

beforeAll(() => setLink(lab, '800Mbit'))

describe.for([
  { what: 'that writes nothing', request: { name: 'quiet1', memory: '512MiB', writeSet: 0 } },
  {
    what: 'that writes 20 MiB/s over 100 MiB',
    request: { name: 'quiet2', memory: '512MiB', writeSet: '100MiB', writeRate: '20MiB' },
  },
])('a guest $what', ({ request }) => {
  const guest = useGuest(request)
  afterAll(() => removeGuest(lab, guest.name))

  test('moves by plain pre-copy within the usual pause', async () => {
    const beganAt = now()
    const { from, to } = await guest.route()
    const finished = await landfall(['migrate', guest.name, '--to', to, '--json'])
    expectExit(finished, 0)
    const report = reportOf(finished)
    expectReport(report)
    console.log(`${guest.name}: ${report.totalTimeMs} ms, downtime ${report.downtimeMs} ms, ${report.passes} passes`)
    expect(report).toMatchObject({
      outcome: 'completed',
      strategy: 'pre-copy',
      source: from,
      destination: to,
      decisions: [],
      maxThrottlePercent: 0,
    })
    expect(report.downtimeMs).toBeLessThanOrEqual(1.15 * usualLimitMs)
    expect(await onHost(to, guest.name, (domain) => domain.migrateGetMaxDowntime())).toBe(usualLimitMs)
    expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
    await guest.livesOn(to, beganAt)
  })
})
