import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HostLogReader } from '../../logs/host-log-reader.ts'
import { captureText, scenarios } from '../../testing/capture.ts'
import { diagnose } from '../diagnose.ts'
import type { MigrationFinding } from '../finding.ts'

/** Lines of real logs: what a mutation is most likely to get past the reader with. */
const lines = scenarios.flatMap((scenario) => captureText(scenario, 'nova1').split('\n')).filter((line) => line !== '')
const migrationLines = lines.filter((line) => /Migration|downtime to|Took|failed|Exception/.test(line))

const read = (pieces: readonly string[]) => {
  const reader = new HostLogReader('h1')
  for (const piece of pieces) reader.text(piece, 'nova-compute.log')
  return reader.end()
}

/** What holds of any answer to any input, and does not here. */
function unsound(found: readonly MigrationFinding[], lineCount: number): string[] {
  return found.flatMap((finding) => {
    const causes = finding.causes.flatMap((cause) => [
      ...(cause.evidence.length > 0 ? [] : [`${cause.code} without evidence`]),
      ...(Object.values(cause.numbers).every((number) => Number.isFinite(number))
        ? []
        : [`${cause.code} with no number`]),
      ...(/NaN|undefined|Infinity/.test(cause.message) ? [cause.message] : []),
    ])
    const places = [...finding.evidence, ...finding.causes.flatMap(({ evidence }) => evidence)]
    const nowhere = places.filter(({ line }) => !(line > 0 && line <= lineCount)).map(({ line }) => `line ${line}`)
    return [
      ...(finding.evidence.length > 0 && Number.isFinite(finding.startedAt) ? [] : ['a finding from nothing']),
      ...causes,
      ...nowhere,
    ]
  })
}

const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new TextDecoder('utf8').decode(bytes)),
  fc.constantFrom('\r', '\u0000', '\uFFFD', '\u001B[00m', '[instance: ', 'req-', ' igrat ', '2026-02-31 25:61:61.000 '),
)
/** A real line, whole, cut, with something put in, or with its figures changed. */
const mutated = fc
  .tuple(
    fc.constantFrom(...lines, ...migrationLines, ...migrationLines),
    fc.nat(400),
    fc.nat(5),
    junk,
    fc.bigInt({ min: 0n, max: 10n ** 25n }),
  )
  .map(([line, at, how, other, number]) => {
    switch (how) {
      case 0:
        return line
      case 1:
        return line.slice(0, at)
      case 2:
        return line.slice(at)
      case 3:
        return line.slice(0, at) + other + line.slice(at)
      case 4:
        return line.replaceAll(/\d+(?=[,)])/g, String(number))
      default:
        return line.replace(/\d\d:\d\d:\d\d/, String(number).slice(0, 8))
    }
  })

describe('hostile input', () => {
  test('random bytes: no error, and no migration', () => {
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 40 }), (pieces) => {
        expect(diagnose([read(pieces)])).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('mutilated lines of real logs in any order: no error, nothing said without a line that says it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(mutated, mutated, junk), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5000 }),
        (all, size) => {
          const text = all.join('\n')
          const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
            text.slice(index * size, (index + 1) * size),
          )
          expect(unsound(diagnose([read(pieces)]), text.split('\n').length)).toEqual([])
        },
      ),
      { numRuns: 500 },
    )
  })

  test('any part of a real log: no cause that the whole does not have', () => {
    for (const scenario of scenarios) {
      const whole = captureText(scenario, 'nova1').split('\n')
      const known = new Set(
        diagnose([read([whole.join('\n')])]).flatMap(({ causes }) => causes.map(({ code }) => code)),
      )
      fc.assert(
        fc.property(fc.nat(whole.length), fc.nat(whole.length), (a, b) => {
          const part = whole.slice(Math.min(a, b), Math.max(a, b))
          const found = diagnose([read([part.join('\n')])])
          expect(unsound(found, part.length)).toEqual([])
          for (const { causes } of found) for (const { code } of causes) expect(known).toContain(code)
        }),
        { numRuns: 60 },
      )
    }
  })
})
