import type { FleetAudit, FleetOption, FleetValue, HostRemark } from '@landfall/server'
import { differingOptions, releaseName } from '@landfall/server'
import { counted, namesInWords, sentence } from './doctor-words.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

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

/** A fleet as a table of hosts by effective value, what the values do, and what is to be said of single lines. */
export function renderFleet(audit: FleetAudit, style: Terminal['style']): string[] {
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
      `Fleet: ${hosts}, ${audit.hosts.length === 1 ? 'its options' : unlike}, as nova ${releaseName(audit.release)} reads the files`,
    ),
    ...table(
      ['  option', 'value', 'hosts', 'set at'].map((title) => ({ title })),
      rows,
    ).map((line) => line.trimEnd()),
    ...(audit.broken.length === 0
      ? []
      : [style('red', `The service does not start with the files of ${namesInWords(audit.broken)}.`)]),
    '',
    style('bold', `What that does to a guest of ${audit.guestGiB} GiB`),
    ...effects(shown),
    ...renderRemarks(audit.remarks, style),
  ]
}

/** "nova.conf:12", or host by host where they differ. */
function hostsInWords({ hosts, isDefault }: FleetValue, values: number): string {
  const names = namesInWords(
    hosts.map(({ host }) => host),
    4,
  )
  if (isDefault) return values === 1 ? 'default' : `default (${names})`
  const places = [...new Set(hosts.map(({ from }) => from))]
  if (places.length === 1) return `${places[0]} (${names})`
  return namesInWords(
    hosts.map(({ host, from }) => (from.includes(host) ? from : `${host} ${from}`)),
    4,
  )
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

/** Lines of files that do not do what they say, or will not for long; the same said of many hosts is said once. */
function renderRemarks(remarks: readonly HostRemark[], style: Terminal['style']): string[] {
  if (remarks.length === 0) return []
  const severities = ['problem', 'note'] as const
  return severities.flatMap((severity) => {
    const those = remarks.filter((remark) => remark.severity === severity)
    if (those.length === 0) return []
    const grouped = Map.groupBy(
      those,
      ({ code, message }) => `${code} ${code === 'overridden' ? message.split(' ')[0] : message}`,
    )
    return [
      '',
      style('bold', severity === 'problem' ? 'Lines that do not do what they say' : 'Lines that are worth a look'),
      ...Array.from(grouped.values(), ([first, ...others]) => {
        if (first === undefined) return ''
        const elsewhere =
          others.length === 0
            ? ''
            : ` (and ${counted(others.length, 'line')} like it: ${namesInWords([...new Set(others.map(({ host }) => host))])})`
        return `  ${first.path}:${first.line}: ${first.message}. ${sentence(first.next)}${elsewhere}`
      }),
    ]
  })
}
