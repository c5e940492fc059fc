import { formatDuration } from '@landfall/core'
import type { GuestFate, LogPlace, MigrationFinding, ReleaseRange, Unreadable } from '@landfall/doctor'
import { releaseName } from '@landfall/doctor'

/** "2026-11-23 05:38:20", as the log has it. */
export const loggedAt = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** How a migration ended, and after how long. */
export function outcomeInWords({ outcome, startedAt, endedAt }: MigrationFinding): string {
  // At INFO a refusal may be the first that is said of it.
  const after = endedAt === null || endedAt <= startedAt ? '' : ` after ${formatDuration(endedAt - startedAt)}`
  switch (outcome) {
    case 'completed':
      return `completed${after}`
    case 'cancelled':
      return `cancelled${after}`
    case 'failed':
      return `failed${after}`
    case 'refused':
      return `refused${after}, nothing was copied`
    case 'running':
      return 'still running where the log ends'
    case 'unknown':
      return endedAt === null ? 'its end is not in the logs' : `ended${after}, how is not in the logs`
  }
}

/** "nova1 → nova2" */
export const wayOf = ({ from, to }: Pick<MigrationFinding, 'from' | 'to'>): string => `${from ?? '?'} → ${to ?? '?'}`

/** "var/log/nova-compute.log:38, :181; other.log:7": every place once, files in their order. */
export function placesInWords(places: readonly LogPlace[], most = 6): string {
  const shown = places.slice(0, most)
  const byFile = Map.groupBy(shown, ({ file }) => file)
  const said = Array.from(byFile, ([file, those]) => {
    const [first, ...others] = [...new Set(those.map(({ line }) => line))]
    return `${file}:${[String(first), ...others.map((line) => `:${line}`)].join(', ')}`
  })
  return said.join('; ') + (places.length > most ? `; ${places.length - most} more` : '')
}

/** "cmp1, cmp2, cmp3 and 37 more" */
export function namesInWords(names: readonly string[], most = 6): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** What of a file could not be read, for people. */
export function unreadableInWords({ file, what, count }: Unreadable): string {
  switch (what) {
    case 'truncated-gzip':
      return `${file}: its compressed data break off or are damaged; what came before was read`
    case 'binary':
      return `${file}: ${counted(count, 'piece')} of it ${count === 1 ? 'is' : 'are'} no text`
    case 'too-long':
      return `${file}: ${counted(count, 'line')} too long, read for ${count === 1 ? 'its' : 'their'} beginning only`
    case 'io-error':
      return `${file}: cannot be read`
  }
}

/** With its full stop, unless it is a question. */
export const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`)

// oxlint-disable-next-line no-control-regex -- what logs and files say may be anything; only colours are ours
const controls = /\u001B(?!\[\d+m)|[\u0000-\u0009\u000B\u000C\u000E-\u001A\u001C-\u001F\u007F-\u009F]/g

/** One line that does nothing to a terminal but colour it: logs are not written by friends only. */
export const harmless = (line: string): string =>
  line
    .replace(/[\r\n]+$/, '')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(controls, '\uFFFD')

/** "Zed", "Liberty to Newton" */
export const rangeInWords = ({ oldest, newest }: ReleaseRange): string =>
  oldest === newest ? releaseName(newest) : `${releaseName(oldest)} to ${releaseName(newest)}`

/** "The guest runs on nova1: it stayed there and goes on" */
export function fateInWords({ where, host, next }: GuestFate): string {
  const on = host === null ? '' : ` on ${host}`
  switch (where) {
    case 'runs':
      return `The guest runs${on === '' ? ' where it was' : on}: ${next}`
    case 'stopped':
      return `The guest is stopped${on}: ${next}`
    case 'runs-nowhere':
      return `The guest runs nowhere: ${next}`
    case 'not-known':
      return `Where the guest is, is not known: ${next}`
  }
}
