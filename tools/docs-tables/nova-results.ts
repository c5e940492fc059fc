import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const folder = join(import.meta.dirname, '../../bench/nova/results')

interface Kept {
  readonly what: string
  /** Whether something is broken on purpose. */
  readonly breaks?: boolean
  /** Of the newest run. */
  readonly machine: { readonly accelerator: string }
  readonly runs: readonly { readonly asExpected: boolean; readonly words: string }[]
}

/** A row for each case of `bench/nova` that was run, by its name: how many runs were as expected, and what ran the guest of the newest and what it showed. */
export function novaResults(breaks: boolean, from = folder): readonly (readonly string[])[] {
  const files = readdirSync(from).filter((name) => name.endsWith('.json'))
  return files.toSorted().flatMap((file) => {
    const { what, runs, machine, breaks: isFault = false } = JSON.parse(readFileSync(join(from, file), 'utf8')) as Kept
    const newest = runs.at(-1)
    if (isFault !== breaks || newest === undefined) return []
    const good = runs.filter(({ asExpected }) => asExpected).length
    const count = good === runs.length ? `${good} of ${runs.length}` : `**${good} of ${runs.length}**`
    const last = newest.asExpected ? '' : '**not as expected:** '
    const guest = machine.accelerator === 'kvm' ? 'KVM' : 'emulated'
    return [
      [`\`${basename(file, '.json')}\``, inOneLine(what), count, guest, last + shortened(inOneLine(newest.words))],
    ]
  })
}

const inOneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')

/** What is longer stands in the results. */
const shortened = (text: string): string =>
  text.length <= 220 ? text : `${text.slice(0, text.lastIndexOf(' ', 218))} …`
