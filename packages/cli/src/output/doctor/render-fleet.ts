import type { Examination, FleetAudit, FleetOption, FleetValue, HostRemark } from '@landfall/doctor'
import { differingOptions, releaseName } from '@landfall/doctor'
import { counted, namesInWords, rangeInWords, sentence } from './doctor-words.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Shown even where every host has the default. */
const always: readonly string[] = [
  'libvirt.live_migration_completion_timeout',
  'libvirt.live_migration_timeout_action',
  'libvirt.live_migration_permit_post_copy',
  'libvirt.live_migration_permit_auto_converge',
  'libvirt.live_migration_downtime',
  'DEFAULT.max_concurrent_live_migrations',
]

/** Options that matter: those that differ, those that somebody set, and those that decide. */
export const optionsToShow = ({ options }: FleetAudit): readonly FleetOption[] =>
  options.filter(
    ({ option, values }) => always.includes(option) || values.length > 1 || values.some(({ isDefault }) => !isDefault),
  )

const columns = ['  option', 'value', 'hosts', 'set at'].map((title) => ({ title }))

/** A fleet as a table of hosts by effective value, what the values do, and what is to be said of single lines. */
export function renderFleet(
  audit: FleetAudit,
  style: Terminal['style'],
  known: Partial<Pick<Examination, 'releaseFrom' | 'releases'>> = {},
): string[] {
  if (audit.hosts.length === 0) return []
  const differing = new Set(differingOptions(audit).map(({ option }) => option))
  const shown = optionsToShow(audit)
  const rows = shown.flatMap(({ option, values }) =>
    values.map((value, index) => [
      index === 0 ? `${differing.has(option) ? '≠' : ' '} ${option}` : '',
      value.value,
      `${value.hosts.length} of ${audit.hosts.length}`,
      hostsInWords(value, values.length),
    ]),
  )
  const hosts = counted(audit.hosts.length, 'host')
  const unlike =
    differing.size === 0 ? 'alike where they have to be' : `${counted(differing.size, 'option')} not alike (≠)`
  return [
    style(
      'bold',
      `Fleet: ${hosts}, ${audit.hosts.length === 1 ? 'its options' : unlike}, as nova ${releaseName(audit.release)} reads the files${howKnown(known)}`,
    ),
    ...(rows.length === 0 ? [] : table(columns, rows)),
    ...(audit.broken.length === 0
      ? []
      : [style('red', `The service does not start with the files of ${namesInWords(audit.broken)}.`)]),
    ...(rows.length === 0
      ? []
      : ['', style('bold', `What that does to a guest of ${audit.guestGiB} GiB`), ...effects(shown)]),
    ...renderRemarks(audit.remarks, style),
  ]
}

function howKnown({ releaseFrom, releases }: Partial<Pick<Examination, 'releaseFrom' | 'releases'>>): string {
  if (releaseFrom === 'assumed') return ' (no log says which it is; --release does)'
  return releaseFrom === 'bounded' && releases !== undefined && releases.oldest !== releases.newest
    ? ` (by its lines it is one of ${rangeInWords(releases)}; --release says which)`
    : ''
}

/** "nova_override.conf:2 (cmp1, cmp2); nova.conf:7 (cmp3)"; the whole paths are in the JSON. */
export function hostsInWords({ hosts }: FleetValue, values: number): string {
  const byPlace = Map.groupBy(hosts, ({ from }) => from.replace(/^.*\//, ''))
  if (byPlace.size === 1 && values === 1 && byPlace.has('default')) return 'default'
  const said = Array.from(
    byPlace,
    ([place, those]) =>
      `${place} (${namesInWords(
        those.map(({ host }) => host),
        4,
      )})`,
  )
  return said.length > 3 ? `${said.slice(0, 3).join('; ')}; and ${said.length - 3} more places` : said.join('; ')
}

/** Each sentence once, with the options that it is about. */
function effects(options: readonly FleetOption[]): string[] {
  const bySentence = new Map<string, string[]>()
  for (const { option, values } of options) {
    for (const { value, effect } of values) {
      const name = `${option.split('.')[1]} = ${value}`
      bySentence.set(effect, [...(bySentence.get(effect) ?? []), name])
    }
  }
  return Array.from(bySentence, ([effect, names]) => `  ${names.join(', ')}: ${effect}`)
}

function renderRemarks(remarks: readonly HostRemark[], style: Terminal['style']): string[] {
  const said = remarksInWords(remarks)
  const of = (severity: HostRemark['severity'], title: string): string[] => {
    const those = said.filter((remark) => remark.severity === severity)
    return those.length === 0
      ? []
      : ['', style('bold', title), ...those.map(({ place, text }) => `  ${place}: ${text}`)]
  }
  return [...of('problem', remarkTitles.problem), ...of('note', remarkTitles.note)]
}

export const remarkTitles: Readonly<Record<HostRemark['severity'], string>> = {
  problem: 'Lines that do not do what they say',
  note: 'Lines that are worth a look',
}

export interface SaidRemark {
  readonly severity: HostRemark['severity']
  readonly place: string
  readonly text: string
}

// Of what is overridden each line names its own winner.
const kind = ({ code, message }: HostRemark): string =>
  `${code} ${code === 'overridden' ? message.split(' ')[0] : message}`

/** What is to be said of single lines; the same of many hosts is said once. */
export function remarksInWords(remarks: readonly HostRemark[]): readonly SaidRemark[] {
  return Array.from(Map.groupBy(remarks, kind).values()).flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const hosts = namesInWords([...new Set(others.map(({ host }) => host))])
    const elsewhere = others.length === 0 ? '' : ` (and ${counted(others.length, 'line')} like it: ${hosts})`
    const text = `${first.message}. ${sentence(first.next)}${elsewhere}`
    return [{ severity: first.severity, place: `${first.path}:${first.line}`, text }]
  })
}
