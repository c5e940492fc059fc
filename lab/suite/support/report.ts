import type { MigrationReport } from '@landfall/api'
import { expect } from 'vitest'

const range = { low: expect.any(Number), likely: expect.any(Number), high: expect.any(Number) }

/** A finished migration's report has every key of a report, of its kind. Nothing is predicted of what may never end. */
export function expectReport(report: MigrationReport): void {
  const told = report.predicted?.finishes === 'yes' ? range : expect.toBeOneOf([range, null])
  expect(report).toMatchObject({
    outcome: expect.stringMatching(/^(completed|refused|aborted|failed|recovered)$/),
    reason: { code: expect.any(String), message: expect.any(String) },
    strategy: expect.any(String),
    source: expect.any(String),
    destination: expect.any(String),
    totalTimeMs: expect.any(Number),
    downtimeMs: expect.any(Number),
    longestStallMs: expect.any(Number),
    bytesSent: expect.any(Number),
    passes: expect.any(Number),
    maxThrottlePercent: expect.any(Number),
    predicted: { finishes: expect.any(String), totalTimeMs: told, downtimeMs: told, lostWorkSeconds: told },
  })
  expect(report).toHaveProperty('lostWorkSeconds')
  for (const decision of report.decisions) {
    expect(decision).toEqual({
      at: expect.any(String),
      pass: expect.any(Number),
      act: expect.any(String),
      why: expect.any(String),
      numbers: expect.any(Object),
    })
  }
}
