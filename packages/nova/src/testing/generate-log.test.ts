import { describe, expect, test } from 'vitest'
import type { LogRequest } from './generate-log.ts'
import { generateLog } from './generate-log.ts'
import { scenarios } from './truth/scenarios.ts'

const linesOf = (seed: number, request: LogRequest): string[] =>
  generateLog(seed, request).hosts.flatMap(({ files }) => files.flatMap(({ lines }) => lines))

const messages = (lines: readonly string[], text: string): string[] =>
  lines.filter((line) => line.includes(text)).map((line) => line.slice(line.indexOf(text)))

describe('generated logs', () => {
  test.each(scenarios)('of %s are the same for a seed, and others for another', (scenario) => {
    const request = { scenario, release: 26, level: 'INFO' } as const
    const log = JSON.stringify(generateLog(7, request))
    expect(JSON.stringify(generateLog(7, request)) === log).toBe(true)
    expect(JSON.stringify(generateLog(8, request)) === log).toBe(false)
  })

  test.each([
    [12, 'Increasing downtime to 46ms after 0 sec elapsed time'],
    [13, 'Increasing downtime to 46 ms after 0 sec elapsed time'],
    [26, 'Increasing downtime to 50 ms after 0 sec elapsed time'],
  ] as const)('of release %i say: %s', (release, text) => {
    expect(messages(linesOf(1, { scenario: 'success-several-passes', release, level: 'INFO' }), text)).not.toEqual([])
  })

  test.each([
    [
      19,
      /^Migration running for \d+ secs, memory \d+% remaining; \(bytes processed=\d+, remaining=\d+, total=\d+\)(#033\[00m)?$/,
    ],
    [
      20,
      /^Migration running for \d+ secs, memory \d+% remaining \(bytes processed=\d+, remaining=\d+, total=\d+\); disk 100% remaining \(bytes processed=0, remaining=0, total=0\)\.(#033\[00m)?$/,
    ],
  ] as const)('of release %i have its form of the running line', (release, form) => {
    const running = messages(
      linesOf(2, { scenario: 'aborted-by-timeout', release, level: 'INFO' }),
      'Migration running',
    )
    expect(running.length).toBeGreaterThan(3)
    for (const line of running) expect(line).toMatch(form)
  })

  test('name the instance and the context as the recordings of Zed do', () => {
    const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
    const form = new RegExp(
      String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+ INFO nova\.compute\.manager \[None req-${uuid} [0-9a-f]{32} [0-9a-f]{32} - - default default\] \[instance: ${uuid}\] Migrating instance to `,
    )
    const lines = linesOf(3, { scenario: 'success-quick', release: 26, level: 'DEBUG' })
    const [last] = lines.filter((line) => line.includes('finished successfully'))
    expect(
      last?.includes('Migrating instance') === true ? last : lines.find((line) => line.includes('Migrating instance')),
    ).toMatch(form)
  })

  test('a copy of which nothing is left ends; one that is written faster than it is sent does not', () => {
    const ends = generateLog(4, { scenario: 'success-several-passes', release: 30, level: 'INFO' })
    expect(ends.truth.migrations.map(({ outcome }) => outcome)).toEqual(['completed'])
    const never = generateLog(4, { scenario: 'guest-writes-faster-than-link', release: 30, level: 'INFO' })
    expect(never.truth.migrations.map(({ outcome }) => outcome)).toEqual(['running'])
  })

  test('cut short prove less', () => {
    for (let seed = 0; seed < 8; seed += 1) {
      const request = { scenario: 'aborted-by-timeout', release: 26, level: 'INFO' } as const
      const [whole] = generateLog(seed, request).truth.migrations
      const [cut] = generateLog(seed, { ...request, truncated: true }).truth.migrations
      expect(cut?.causes.length).toBeLessThanOrEqual(whole?.causes.length ?? 0)
      expect(['cancelled', 'running']).toContain(cut?.outcome)
    }
  })
})
