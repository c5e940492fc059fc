import type { Dice } from './lines/dice.ts'
import { oslo } from './lines/host-log.ts'
import type { HostFiles } from './truth/truth.ts'

/** Does something to the lines of a file that no log ought to suffer. */
type Mutation = (lines: readonly string[], dice: Dice) => readonly string[]

const insertedAt = (lines: readonly string[], at: number, ...more: readonly string[]): readonly string[] => [
  ...lines.slice(0, at),
  ...more,
  ...lines.slice(at),
]

const somewhere = (lines: readonly string[], dice: Dice): number => dice.whole(0, lines.length)

const junk = (dice: Dice, length: number): string =>
  Array.from({ length }, () => String.fromCodePoint(dice.whole(0, 255)))
    .join('')
    .replaceAll('\n', '\0')

const stamp = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/

const shifted = (line: string, byMs: number): string =>
  line.replace(stamp, (text) => oslo(Date.parse(`${text.replace(' ', 'T')}Z`) + byMs))

/** Pairs of places whose lines change places, one pair after the other. */
const swapped = (lines: readonly string[], pairs: number, pair: () => readonly [number, number]): readonly string[] => {
  const copy = [...lines]
  for (let n = 0; n < pairs; n += 1) {
    const [a, b] = pair()
    const [first, second] = [copy[a], copy[b]]
    if (first === undefined || second === undefined) continue
    copy[a] = second
    copy[b] = first
  }
  return copy
}

const times = (
  count: number,
  lines: readonly string[],
  once: (lines: readonly string[]) => readonly string[],
): readonly string[] => Array.from({ length: count }).reduce<readonly string[]>((so) => once(so), lines)

/** None of them takes a line away from the middle: what is told stays told. */
export const mutations = {
  'binary junk': (lines, dice) =>
    times(8, lines, (so) => insertedAt(so, somewhere(so, dice), junk(dice, dice.whole(1, 4000)))),
  'an end in the middle of a line': (lines, dice) => {
    const kept = lines.slice(0, somewhere(lines, dice))
    return kept.map((line, n) => (n === kept.length - 1 ? line.slice(0, dice.whole(0, line.length)) : line))
  },
  'a beginning that was rotated away': (lines, dice) => lines.slice(somewhere(lines, dice)),
  'a line of 10 MB': (lines, dice) => {
    const at = somewhere(lines, dice)
    const begins = lines[at] ?? ''
    return insertedAt(
      lines,
      at,
      dice.chance(0.5) ? 'x'.repeat(10_000_000) : `${begins.slice(0, 120)}${'{"a": 1}, '.repeat(1_000_000)}`,
    )
  },
  'mixed encodings': (lines, dice) =>
    insertedAt(
      lines.map((line) => (dice.chance(0.1) ? `${line}\r` : line)),
      somewhere(lines, dice),
      '\ufeff2024-01-01 Fehlgeschlagen: Größe überschritten, ошибка, エラー',
      Buffer.from('2024-01-01 00:00:00.000 1 INFO nova.compute.manager [-] utf16', 'utf16le').toString('latin1'),
      '\ud800 half a character',
    ),
  'neighbours swapped': (lines, dice) =>
    swapped(lines, Math.ceil(lines.length / 20), () => {
      const at = somewhere(lines, dice)
      return [at, at + dice.whole(1, 3)]
    }),
  'lines swapped far apart': (lines, dice) =>
    swapped(lines, 10, () => [somewhere(lines, dice), somewhere(lines, dice)]),
  'lines twice': (lines, dice) => lines.flatMap((line) => (dice.chance(0.05) ? [line, line] : [line])),
  'the clock set back': (lines, dice) => {
    const from = somewhere(lines, dice)
    const by = dice.between(-7_200_000, -500)
    return lines.map((line, n) => (n < from ? line : shifted(line, by)))
  },
  'the clock set forward': (lines, dice) => {
    const from = somewhere(lines, dice)
    const by = dice.between(500, 7_200_000)
    return lines.map((line, n) => (n < from ? line : shifted(line, by)))
  },
  'empty lines': (lines, dice) => lines.flatMap((line) => (dice.chance(0.1) ? [line, '', '   '] : [line])),
} as const satisfies Record<string, Mutation>

export type MutationName = keyof typeof mutations
export const mutationNames = Object.keys(mutations) as readonly MutationName[]

/** Each file of each host suffers the same kind of thing, each at its own place. */
export const mutated = (hosts: readonly HostFiles[], name: MutationName, dice: Dice): readonly HostFiles[] =>
  hosts.map((host) => ({
    ...host,
    files: host.files.map((file) => ({ ...file, lines: mutations[name](file.lines, dice) })),
  }))
