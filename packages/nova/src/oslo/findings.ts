import type { OptionSpec } from './option-spec.ts'
import type { ConfigSource, Reading } from './read-oslo.ts'
import { normalizeGroup, readFiles } from './read-oslo.ts'

/** Something in a file that the service takes without a word, and that whoever wrote it hardly meant. */
export interface ConfigFinding {
  readonly code:
    | 'unknown-option'
    | 'misspelt-option'
    | 'lower-case-default'
    | 'inline-comment'
    | 'empty-integer'
    | 'refused-value'
    | 'unknown-reference'
    | 'overridden'
    | 'deprecated-name'
  readonly path: string
  readonly line: number
  readonly message: string
  /** What to do. */
  readonly next: string
}

export interface FindingsInput {
  readonly sources: readonly ConfigSource[]
  readonly options: readonly OptionSpec[]
  readonly readings: ReadonlyMap<string, Reading>
  /** Groups of which every option is known; of others nothing is said. */
  readonly knownGroups: readonly string[]
}

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_')

/** What a person should be told of these files, in the order of the files. Pure. @throws ConfigFileError */
export function configFindings({ sources, options, readings, knownGroups }: FindingsInput): readonly ConfigFinding[] {
  const { assignments } = readFiles(sources)
  const known = new Set(
    options.flatMap(({ group, name, deprecatedNames = [] }) => [
      `${group}.${name}`,
      ...deprecatedNames.map((old) => `${old.group ?? group}.${old.name ?? name}`),
    ]),
  )
  const findings: ConfigFinding[] = []
  for (const { path, line, section, writtenSection, key, value } of assignments) {
    const at = { path, line }
    const full = `${section}.${key}`
    const spec = options.find((option) => `${option.group}.${option.name}` === full)
    if (section === 'default') {
      findings.push({
        ...at,
        code: 'lower-case-default',
        message: `[${writtenSection}] is not [DEFAULT]: "${key}" is ignored`,
        next: 'Write the section as [DEFAULT]',
      })
    } else if (!known.has(full)) {
      const meant = options.find(({ group, name }) => group === section && plain(name) === plain(key))
      if (meant !== undefined) {
        findings.push({
          ...at,
          code: 'misspelt-option',
          message: `"${key}" is ignored: the option is called ${meant.name}, and case and dashes count`,
          next: `Write ${meant.name}`,
        })
      } else if (knownGroups.includes(section)) {
        findings.push({
          ...at,
          code: 'unknown-option',
          message: `[${section}] has no option "${key}" in this release: it is ignored`,
          next: 'Remove it, or correct its name',
        })
      }
    }
    if (spec !== undefined && /\s[#;]/.test(value)) {
      findings.push({
        ...at,
        code: 'inline-comment',
        message: `the value of ${key} is "${value}": there are no comments behind a value`,
        next: 'Put the comment on a line of its own',
      })
    }
    if (spec?.type.kind === 'integer' && value.trim() === '') {
      findings.push({
        ...at,
        code: 'empty-integer',
        message: `${key} is empty: that is no value at all, not the default of ${spec.defaultText ?? 'none'}`,
        next: 'Remove the line, or give it a number',
      })
    }
  }
  return [...findings, ...aboutReadings(assignments, options, readings)].toSorted(
    (a, b) => order(sources, a.path) - order(sources, b.path) || a.line - b.line,
  )
}

const order = (sources: readonly ConfigSource[], path: string): number =>
  sources.findIndex((source) => source.path === path)

function aboutReadings(
  assignments: ReturnType<typeof readFiles>['assignments'],
  options: readonly OptionSpec[],
  readings: ReadonlyMap<string, Reading>,
): ConfigFinding[] {
  const findings: ConfigFinding[] = []
  for (const [name, reading] of readings) {
    const { origin } = reading
    if (origin.kind === 'default' || origin.kind === 'printed') continue
    if (origin.kind === 'file') {
      const { path, line } = origin
      if (!reading.ok && reading.unknown !== undefined) {
        findings.push({
          path,
          line,
          code: 'unknown-reference',
          message: `${name} is not known: ${reading.message}`,
          next: 'Write the value itself where it is to be known from the files',
        })
      } else if (!reading.ok) {
        findings.push({
          path,
          line,
          code: 'refused-value',
          message: `${name} cannot be read: ${reading.message}. The service does not start with it`,
          next: 'Correct the value',
        })
      } else if (reading.deprecatedName !== null) {
        findings.push({
          path,
          line,
          code: 'deprecated-name',
          message: `${reading.deprecatedName} is the old name of ${name}`,
          next: `Write ${name}`,
        })
      }
    }
    const option = options.find(({ group, name: own }) => `${group}.${own}` === name)
    if (option === undefined || option.type.kind === 'multi-string') continue
    const winner = origin.kind === 'file' ? `${origin.path}:${origin.line}` : `$${origin.name}`
    for (const each of assignments) {
      if (each.section !== normalizeGroup(option.group) || each.key !== option.name) continue
      if (`${each.path}:${each.line}` === winner) continue
      findings.push({
        path: each.path,
        line: each.line,
        code: 'overridden',
        message: `${name} = ${each.value} does not count: ${winner} comes later`,
        next: 'Remove one of the two',
      })
    }
  }
  return findings
}
