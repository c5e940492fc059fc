import { describe, expect, test } from 'vitest'
import { releases } from '../../options/release.ts'
import { saidOf } from '../../testing/known-messages.ts'
import { meanings } from '../meanings/meanings.ts'

/** Who aborts is told by the end of the job, not by its words. */
const known = meanings.filter(({ which }) => which !== 'aborted-by-client')
const count = 400
const told = Array.from({ length: count }, (_, index) => {
  const meaning = known[index % known.length]
  const [release] = releases[(index * 7) % releases.length] ?? []
  const level = index % 2 === 0 ? ('DEBUG' as const) : ('INFO' as const)
  return meaning === undefined || release === undefined
    ? []
    : [{ meaning, release, level, findings: saidOf(meaning, release, level, index) }]
}).flat()

describe(`${count} logs, all messages that are known, Liberty to 2026.2, at INFO and DEBUG`, () => {
  test('each message is met', () => {
    expect(told).toHaveLength(count)
    expect(new Set(told.map(({ meaning }) => meaning.which)).size).toBe(new Set(known.map(({ which }) => which)).size)
  })

  test('the cause is found in at least 98 of 100', () => {
    const missed = told.filter(
      ({ meaning, findings }) => !findings.some(({ causes }) => causes.some(({ which }) => which === meaning.which)),
    )
    const words = missed.map(
      ({ meaning, release, level, findings }) =>
        `${meaning.which} (${meaning.met}) of ${release} at ${level}: ${findings.map(({ outcome, causes }) => `${outcome} ${causes.map(({ code, which }) => which ?? code).join(',')}`).join('; ')}`,
    )
    expect({ enough: missed.length <= 0.02 * count, words }).toEqual({ enough: true, words })
  })

  test('nothing is invented: one migration, one cause, nothing that completed', () => {
    const wrong = told.filter(
      ({ findings }) =>
        findings.length > 1 ||
        findings.some(({ outcome, causes }) => outcome === 'completed' || causes.length > 1 || outcome === 'cancelled'),
    )
    expect(
      wrong.map(
        ({ meaning, release, level, findings }) =>
          `${meaning.which} (${meaning.met}) of ${release} at ${level}: ${findings.map(({ outcome, causes }) => `${outcome} ${causes.map(({ code, which }) => which ?? code).join(',')}`).join('; ')}`,
      ),
    ).toEqual([])
  })

  test('with each it is said whose it is, how it is seen, what to do, and where the guest is', () => {
    const silent = told.filter(({ findings }) =>
      findings.some(
        ({ causes, guest }) =>
          guest === null ||
          causes.some(
            ({ explained }) => explained == null || explained.fix === '' || /\{\w+\}/.test(JSON.stringify(explained)),
          ),
      ),
    )
    expect(silent.map(({ meaning, release, level }) => `${meaning.which} of ${release} at ${level}`)).toEqual([])
  })
})
