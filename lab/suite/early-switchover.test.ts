import { setLink } from '@landfall/lab'
import { beforeAll, expect, inject, test } from 'vitest'
import { busyGuest, now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { onHost } from './support/places.ts'
import { expectReport } from './support/report.ts'

const guest = useGuest(busyGuest)
const lab = inject('labName')
const usualLimitMs = 300

beforeAll(() => setLink(lab, '800Mbit'))

test('without post-copy it lands by one pause, as long as was foretold', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const words = ['migrate', guest.name, '--to', to, '--json', '--post-copy', 'never', '--max-pause', '10s']
  const finished = await landfall(words)
  expectExit(finished, 0)
  const report = reportOf(finished)
  expectReport(report)
  expect(report).toMatchObject({ outcome: 'completed', strategy: 'early-switchover', source: from, destination: to })

  const raised = report.decisions.filter(({ act }) => act === 'set-downtime-limit')
  expect(raised).toHaveLength(1)
  expect(raised[0]?.numbers['limitMs']).toBeGreaterThan(usualLimitMs)
  expect(report.decisions).toHaveLength(1)

  const downtimeMs = report.downtimeMs ?? Infinity
  const foretold = report.predicted?.downtimeMs?.likely ?? Infinity
  console.log(
    `downtime ${downtimeMs} ms, foretold ${Math.round(foretold)} ms; longest stall ${report.longestStallMs} ms`,
  )
  expect(downtimeMs).toBeLessThanOrEqual(10_000)
  expect(report.longestStallMs).toBeLessThanOrEqual(10_000)
  expect(Math.abs(foretold - downtimeMs)).toBeLessThanOrEqual(0.25 * downtimeMs)

  await guest.livesOn(to, beganAt)
  // The next migration, maybe somebody else's, does not inherit the pause.
  expect(await onHost(to, guest.name, (domain) => domain.migrateGetMaxDowntime())).toBe(usualLimitMs)
})
