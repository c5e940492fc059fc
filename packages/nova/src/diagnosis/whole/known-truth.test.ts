import { describe, expect, test } from 'vitest'
import { Dice } from '../../testing/lines/dice.ts'
import { diagnosed } from '../../testing/truth/diagnosed.ts'
import { generateLog } from '../../testing/generate-log.ts'
import type { LogLevel } from '../../testing/lines/host-log.ts'
import { judge } from '../../testing/truth/judge.ts'
import { inWords, plannedLogs } from '../../testing/truth/log-plan.ts'
import { causeScenarios } from '../../testing/truth/scenarios.ts'

describe('the diagnosis of 200 logs whose truth is known', () => {
  const judged = plannedLogs(200).map((planned) => {
    const { hosts, truth } = generateLog(planned.seed, planned.request)
    const findings = diagnosed(hosts, new Dice(planned.seed))
    return { planned, truth, findings, verdict: judge(findings, truth.migrations) }
  })

  test('invents no migration, cause, outcome, host, orphan or figure', () => {
    const invented = judged.filter(({ verdict }) => verdict.invented.length > 0)
    expect(invented.map(({ planned, verdict }) => `${inWords(planned)}: ${verdict.invented.join('; ')}`)).toEqual([])
  })

  test('finds at least 98 % of the causes that the text proves', () => {
    const provable = judged.reduce((sum, { verdict }) => sum + verdict.provable, 0)
    const found = judged.reduce((sum, { verdict }) => sum + verdict.found, 0)
    const missed = judged.flatMap(({ planned, verdict }) =>
      verdict.missed.map((what) => `${inWords(planned)}: ${what}`),
    )
    expect(provable).toBeGreaterThan(120)
    expect({ enough: found >= 0.98 * provable, missed }).toEqual({ enough: true, missed })
  })

  test('finds at least 98 % of the migrations, outcomes, destinations and orphans that the text tells', () => {
    const missed = judged.flatMap(({ planned, verdict }) =>
      verdict.missed.filter((what) => !what.startsWith('cause')).map((what) => `${inWords(planned)}: ${what}`),
    )
    const migrations = judged.reduce((sum, { truth }) => sum + truth.migrations.length, 0)
    expect({ enough: missed.length <= 0.02 * migrations, missed }).toEqual({ enough: true, missed })
  })

  test.each(causeScenarios)('knows %s', (code) => {
    const said = judged.filter(({ findings }) =>
      findings.some(({ causes }) => causes.some((cause) => cause.code === code)),
    )
    expect(said.length).toBeGreaterThan(0)
  })
})

const leftByEveryPass = (seed: number, level: LogLevel): number | null => {
  const { hosts } = generateLog(seed, { scenario: 'guest-writes-faster-than-link', release: 15, level })
  const causes = diagnosed(hosts, new Dice(seed)).flatMap((finding) => finding.causes)
  return causes.map(({ numbers }) => numbers['plateauBytes']).find((bytes) => bytes !== undefined) ?? null
}

test('what every pass leaves is told at INFO as it is at DEBUG, or not at all', () => {
  const ratios = Array.from({ length: 40 }, (_, seed) => ({
    seed,
    info: leftByEveryPass(seed, 'INFO'),
    debug: leftByEveryPass(seed, 'DEBUG'),
  }))
  const told = ratios.filter(({ info }) => info !== null)
  expect(told.length).toBeGreaterThan(2)
  expect(told.filter(({ info, debug }) => Math.abs((info ?? 0) / (debug ?? 1) - 1) > 0.25)).toEqual([])
})
