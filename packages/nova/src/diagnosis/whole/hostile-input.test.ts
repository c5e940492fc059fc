import { describe, expect, test } from 'vitest'
import { captureText, scenarios as recordings } from '../../testing/capture.ts'
import { Dice } from '../../testing/lines/dice.ts'
import { diagnosed } from '../../testing/truth/diagnosed.ts'
import { generateLog } from '../../testing/generate-log.ts'
import { mutated, mutationNames } from '../../testing/hostile.ts'
import { claimsAgainst } from '../../testing/truth/judge.ts'
import { inWords, plannedLogs } from '../../testing/truth/log-plan.ts'
import type { HostFiles } from '../../testing/truth/truth.ts'
import type { CauseCode, MigrationFinding } from '../finding.ts'

/** Each kind of harm is done to every fourth log, beginning with another one each; to so many of 44 where somebody asks for it. */
const step = 44 / Number(process.env['LANDFALL_HOSTILE'] ?? 11)

const logs = plannedLogs(44).map((planned) => ({ planned, ...generateLog(planned.seed, planned.request) }))

/** Of two files of a host, what one lost is missing in the middle: that nothing was said there is so. */
const losesLines: ReadonlySet<string> = new Set(['an end in the middle of a line', 'a beginning that was rotated away'])

const codes = (findings: readonly MigrationFinding[]): CauseCode[] =>
  findings.flatMap(({ causes }) => causes.map(({ code }) => code))

describe('a log that suffered', () => {
  test.each(mutationNames)('%s: nothing is said that was not so', (name) => {
    const first = mutationNames.indexOf(name)
    const wrong = logs.flatMap(({ planned, hosts, truth }, n) => {
      // Lines of megabytes take their time.
      if ((n + first) % (name === 'a line of 10 MB' ? step * 3 : step) !== 0) return []
      const dice = new Dice(1000 + planned.seed)
      const findings = diagnosed(mutated(hosts, name, dice), dice)
      return claimsAgainst(findings, truth.migrations, losesLines.has(name) ? ['service-silent'] : []).map(
        (what) => `${inWords(planned)}: ${what}`,
      )
    })
    expect(wrong).toEqual([])
  })

  const recorded = recordings.map((recording) => {
    const hosts = (['nova1', 'nova2'] as const).map((name): HostFiles => {
      const lines = captureText(recording, name).split('\n')
      return { name, files: [{ name: 'nova-compute.log', lines }] }
    })
    return { recording, hosts, whole: diagnosed(hosts, new Dice(1)) }
  })

  test.each(mutationNames)('%s: a recording says nothing new', (name) => {
    for (const { recording, hosts, whole } of recorded) {
      const dice = new Dice(recording.length)
      const findings = diagnosed(mutated(hosts, name, dice), dice)
      const known = new Set(codes(whole))
      expect(codes(findings).filter((code) => !known.has(code))).toEqual([])
      const instances = new Set(whole.map(({ instance }) => instance))
      expect(
        findings.filter(({ instance }) => !instances.has(instance)).map(({ instance }) => `${recording} ${instance}`),
      ).toEqual([])
    }
  })

  test('bytes that are no log at all say nothing', () => {
    const dice = new Dice(5)
    const lines = Array.from({ length: 2000 }, () =>
      Array.from({ length: dice.whole(0, 300) }, () => String.fromCodePoint(dice.whole(0, 0xff))).join(''),
    )
    expect(diagnosed([{ name: 'nova1', files: [{ name: 'nova-compute.log', lines }] }], dice)).toEqual([])
  })
})
