import type { Option } from 'commander'
import type { RollStep } from './roll.ts'
import { isAfterWork } from './roll.ts'

/** What a roll was asked for, so that it can be asked for again. */
export interface RollAsked {
  readonly hosts: readonly string[]
  readonly command: readonly string[]
  /** Every option with its value, as it was typed. */
  readonly options: readonly string[]
}

/**
 * Commander hands over hosts and command as one list, without what stands between them, so that the command is had from what was typed.
 *
 * @param words what commander hands over
 * @param typed the whole command line
 * @param known the options of `landfall roll`
 */
export function rollAsked(words: readonly string[], typed: readonly string[], known: readonly Option[]): RollAsked {
  const between = typed.indexOf('--')
  const command = between === -1 ? [] : typed.slice(between + 1)
  return {
    hosts: words.slice(0, words.length - command.length),
    command,
    options: optionsIn(between === -1 ? typed : typed.slice(0, between), known),
  }
}

const undrainFirst = '--undrain-first'

/** The command line that goes on with the hosts that are left, where the first of them stopped, as a shell reads it. */
export function rollAgain({ options, command }: RollAsked, left: readonly string[], stoppedAt: RollStep): string {
  const again = options.filter((option) => option !== undrainFirst)
  const first = isAfterWork(stoppedAt) ? [undrainFirst] : []
  return ['landfall', 'roll', ...again, ...first, ...left, '--', ...command].map(quoted).join(' ')
}

function optionsIn(typed: readonly string[], known: readonly Option[]): readonly string[] {
  const options: string[] = []
  let isValue = false
  for (const word of typed) {
    if (isValue || word.startsWith('-')) options.push(word)
    // With `--to=host2` the value is in the same word, which is the name of no option.
    isValue = !isValue && known.some((option) => option.required && option.long === word)
  }
  return options
}

/** A pair of braces is left as it stands: a shell makes something only of what is between them. */
const quoted = (word: string): string =>
  /^(?:[\w@%+=:,./-]|\{\})+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
