import { describe, expect, test } from 'vitest'
import type { HostLog } from '../logs/host-log.ts'
import { HostLogReader } from '../logs/host-log-reader.ts'
import type { Scenario } from '../testing/capture.ts'
import { captureText, scenarios } from '../testing/capture.ts'
import { diagnose } from './diagnose.ts'
import type { MigrationFinding } from './finding.ts'

const read = (host: string, text: string): HostLog => {
  const reader = new HostLogReader(host)
  reader.text(text, 'nova-compute.log')
  return reader.end()
}
const infoOnly = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes(' DEBUG '))
    .join('\n')
const logsOf = (scenario: Scenario, filter = (text: string) => text): HostLog[] =>
  (['nova1', 'nova2'] as const).map((host) => read(host, filter(captureText(scenario, host))))
const atInfo = (scenario: Scenario) => diagnose(logsOf(scenario, infoOnly))

const MiB = 2 ** 20
const seconds = (finding: MigrationFinding | undefined): number =>
  ((finding?.endedAt ?? Number.NaN) - (finding?.startedAt ?? Number.NaN)) / 1000
const codes = (finding: MigrationFinding | undefined): string[] => (finding?.causes ?? []).map(({ code }) => code)

describe('recordings of a real Nova', () => {
  test.each([
    // Its only sample is from before the first refresh: nothing is known of its passes, which QEMU counted as 4.
    ['01-ok', 'completed', 11.7, null, []],
    ['02-nonconv-abort', 'cancelled', 73, 11, ['guest-writes-faster-than-link', 'aborted-by-operator']],
    ['03-nonconv-timeout', 'cancelled', 53, 7, ['guest-writes-faster-than-link', 'aborted-by-timeout']],
    // QEMU counted 24: its last ones, at 99 % of throttle, were shorter than Nova's samples are apart.
    ['04-autoconverge', 'completed', 141, 20, ['guest-writes-faster-than-link']],
    ['09-failed-pre-live-migration-image', 'refused', 4.3, null, ['pre-check-failed']],
  ] as const)('%s', (scenario, outcome, lasted, passes, causes) => {
    const found = diagnose(logsOf(scenario))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ kind: 'live', from: 'nova1', to: 'nova2', outcome, passes, orphan: null })
    expect(Math.abs(seconds(found[0]) - lasted)).toBeLessThan(1)
    expect(codes(found[0])).toEqual(causes)
  })

  test('what the link carried and what each pass left come out as they were', () => {
    for (const scenario of ['02-nonconv-abort', '03-nonconv-timeout', '04-autoconverge'] as const) {
      const [finding] = diagnose(logsOf(scenario))
      // 800 Mbit/s shaped, 91 MiB/s of goodput; a set of 600 MiB.
      expect((finding?.linkBytesPerSecond ?? 0) / MiB).toBeCloseTo(90.5, 0)
      expect((finding?.causes[0]?.numbers['plateauBytes'] ?? 0) / MiB).toBeCloseTo(598, -1)
      // The plateau hides how much faster it writes (55 times): no upper figure is made up.
      expect(finding?.writeBytesPerSecond?.high).toBeNull()
      expect(finding?.causes[0]?.numbers['writeToLinkRatioAtLeast']).toBe(1)
    }
  })

  test('every cause points at lines that say so', () => {
    for (const scenario of scenarios) {
      const text = {
        nova1: captureText(scenario, 'nova1').split('\n'),
        nova2: captureText(scenario, 'nova2').split('\n'),
      }
      for (const finding of diagnose(logsOf(scenario))) {
        for (const { host, line } of [...finding.evidence, ...finding.causes.flatMap(({ evidence }) => evidence)]) {
          const said = text[host === 'nova1' ? 'nova1' : 'nova2'][line - 1]
          expect(said).toMatch(/igrat|Exception during|downtime|Lifecycle|moved from|tmpfile/)
        }
      }
    }
  })

  test('at INFO: the same migrations and outcomes, and only the causes that half-minute samples still show', () => {
    expect(scenarios.map((scenario) => atInfo(scenario).map(({ outcome }) => outcome))).toEqual(
      scenarios.map((scenario) => diagnose(logsOf(scenario)).map(({ outcome }) => outcome)),
    )
    expect(scenarios.map((scenario) => codes(atInfo(scenario)[0]))).toEqual([
      [],
      ['guest-writes-faster-than-link', 'aborted-by-operator'],
      // One sample: a guest that writes 0.7 of what the link carries would have left it as well.
      ['aborted-by-timeout'],
      ['guest-writes-faster-than-link'],
      ['pre-check-failed'],
    ])
  })

  test('one host of the two is enough to see it', () => {
    const [source, destination] = logsOf('01-ok')
    expect(diagnose([source as HostLog])).toMatchObject([{ from: 'nova1', to: 'nova2', outcome: 'completed' }])
    expect(diagnose([destination as HostLog])).toMatchObject([{ from: 'nova1', to: 'nova2', outcome: 'completed' }])
  })

  test('all of them in one log, one after the other, are five', () => {
    const text = scenarios.map((scenario) => captureText(scenario, 'nova1')).join('')
    expect(diagnose([read('nova1', text)]).map(({ outcome, passes }) => [outcome, passes])).toEqual([
      ['refused', null],
      ['completed', null],
      ['cancelled', 11],
      ['cancelled', 7],
      ['completed', 20],
    ])
  })

  test('the same log given twice, under two names, tells nothing twice', () => {
    const reader = new HostLogReader('nova1')
    for (const file of ['nova-compute.log', 'copy.log']) reader.text(captureText('02-nonconv-abort', 'nova1'), file)
    const found = diagnose([reader.end()])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ passes: 11, outcome: 'cancelled' })
  })
})
