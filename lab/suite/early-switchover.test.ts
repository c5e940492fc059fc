import { setLink } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { busyGuest, now, slowLink, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { onHost } from './support/places.ts'
import { expectReport } from './support/report.ts'
import { suiteLab } from './support/suite-lab.ts'

const guest = useGuest(busyGuest)
const lab = suiteLab().name
const usualLimitMs = 300

beforeAll(() => setLink(lab, slowLink))

test('without post-copy it lands by one pause within the limit, which nobody after it inherits', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const words = ['migrate', guest.name, '--to', to, '--json', '--post-copy', 'never', '--max-slowdown', '0']
  const finished = await landfall([...words, '--max-pause', '15s'])
  expectExit(finished, 0)
  const report = reportOf(finished)
  expectReport(report)
  expect(report).toMatchObject({ outcome: 'completed', strategy: 'early-switchover', source: from, destination: to })

  const raised = report.decisions.filter(({ act }) => act === 'set-downtime-limit')
  expect(raised).toHaveLength(1)
  expect(raised[0]?.numbers['limitMs']).toBeGreaterThan(usualLimitMs)
  expect(report.decisions).toHaveLength(1)

  const downtimeMs = report.downtimeMs ?? Infinity
  const predicted = report.predicted?.downtimeMs?.likely ?? Infinity
  console.log(
    `downtime ${downtimeMs} ms, predicted ${Math.round(predicted)} ms; longest stall ${report.longestStallMs} ms`,
  )
  expect(downtimeMs).toBeLessThanOrEqual(15_000)

  await guest.livesOn(to, beganAt)
  // The next migration, maybe somebody else's, does not inherit the pause.
  expect(await onHost(to, guest.name, (domain) => domain.migrateGetMaxDowntime())).toBe(usualLimitMs)
})
