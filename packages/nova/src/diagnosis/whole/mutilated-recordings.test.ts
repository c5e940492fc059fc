import { describe, expect, test } from 'vitest'
import { captureText, scenarios as recordings } from '../../testing/capture.ts'
import { mutations, mutationNames } from '../../testing/hostile.ts'
import { Dice } from '../../testing/lines/dice.ts'
import { diagnosed } from '../../testing/truth/diagnosed.ts'
import type { HostFiles } from '../../testing/truth/truth.ts'
import type { MigrationFinding } from '../finding.ts'

const names = ['nova1', 'nova2'] as const

const recorded = recordings.map((recording) => {
  const hosts = names.map((name): HostFiles => ({
    name,
    files: [{ name: 'nova-compute.log', lines: captureText(recording, name).split('\n') }],
  }))
  return { recording, hosts, whole: diagnosed(hosts, new Dice(1)) }
})

/** What cutting does, and rotating with a file that is missing; and all that hostile.ts knows. */
const cuts = {
  'a piece of the middle is missing': (lines: readonly string[], dice: Dice) => {
    const at = dice.whole(0, lines.length)
    return [...lines.slice(0, at), ...lines.slice(at + dice.whole(1, lines.length))]
  },
  'every so many lines one is missing': (lines: readonly string[], dice: Dice) =>
    lines.filter(() => !dice.chance(0.15)),
  'only what grep migration leaves': (lines: readonly string[]) => lines.filter((line) => /igrat/.test(line)),
  'only warnings and errors': (lines: readonly string[]) => lines.filter((line) => / (?:WARNING|ERROR) /.test(line)),
} as const
const short = mutationNames.filter((name) => name !== 'a line of 10 MB')
const kinds = [...Object.keys(cuts), ...short] as const

const mutilate = (kind: string, lines: readonly string[], dice: Dice): readonly string[] => {
  const cut = Object.entries(cuts).find(([name]) => name === kind)?.[1]
  const known = short.find((name) => name === kind)
  return cut !== undefined ? cut(lines, dice) : known === undefined ? lines : mutations[known](lines, dice)
}

/** Of the whole, what a part may say; missing lines are missing, and an end may be in them. */
const mayBe = (whole: readonly MigrationFinding[]): ReadonlySet<string> =>
  new Set([...whole.flatMap(({ causes }) => causes.map(({ code }) => code)), 'service-silent'])

describe('1,000 mutilations of recordings of a real Nova', () => {
  const counted = { runs: 0 }

  test.each(kinds)('%s: no finding that the whole does not support', (kind) => {
    const rounds = Math.ceil(1000 / (kinds.length * recorded.length)) + 1
    for (const { recording, hosts, whole } of recorded) {
      const known = mayBe(whole)
      const outcomes = new Set<string>([...whole.map(({ outcome }) => outcome), 'running', 'unknown'])
      const instances = new Set(whole.map(({ instance }) => instance))
      for (let round = 0; round < rounds; round += 1) {
        counted.runs += 1
        const dice = new Dice(round * 31 + recording.length)
        const harmed = hosts.map((host) => ({
          ...host,
          files: host.files.map((file) => ({ ...file, lines: mutilate(kind, file.lines, dice) })),
        }))
        const wrong = diagnosed(harmed, dice).flatMap(({ instance, outcome, causes, guest }) => [
          ...(instances.has(instance) || instance.startsWith('unknown') ? [] : [`a migration of ${instance}`]),
          ...causes.flatMap(({ code }) => (known.has(code) ? [] : [`cause ${code}`])),
          ...(outcomes.has(outcome) ? [] : [`outcome ${outcome}`]),
          // No recording here lost its guest.
          ...(guest?.where === 'runs-nowhere' || guest?.where === 'stopped' ? [`guest ${guest.where}`] : []),
        ])
        expect(wrong.map((what) => `${recording}, round ${round}: ${what}`)).toEqual([])
      }
    }
  })

  test('as many as that', () => {
    expect(counted.runs).toBeGreaterThanOrEqual(1000)
  })
})
