import { ValueError, convert } from './convert.ts'
import type { OptionSpec, OptionValue } from './option-spec.ts'
import { IniError, parseIni } from './parse-ini.ts'
import type { Assignment, ParsedFile } from './parse-ini.ts'
import { pythonRepr } from './python-text.ts'
import { SubstitutionError, substitute } from './substitute.ts'

/** A file in the order in which the service reads it: later ones win. */
export interface ConfigSource {
  readonly path: string
  readonly text: string
}

/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'environment'; readonly name: string }
  /** The service printed it at its start, in its log: the files themselves are not known. */
  | { readonly kind: 'printed' }
  | { readonly kind: 'file'; readonly path: string; readonly line: number }

export type Reading =
  | { readonly ok: true; readonly value: OptionValue; readonly origin: Origin; readonly deprecatedName: string | null }
  /** Reading the option raises an error in the service. */
  | { readonly ok: false; readonly message: string; readonly origin: Origin; readonly unknown?: undefined }
  /** It depends on an option that no file sets and of which the default is not known here: the service may read it, or not. */
  | { readonly ok: false; readonly message: string; readonly origin: Origin; readonly unknown: string }

export interface OsloInput {
  readonly sources: readonly ConfigSource[]
  readonly environment: Readonly<Record<string, string>>
  readonly options: readonly OptionSpec[]
  /**
   * Whether the service has these options and no others. Else a `$name` may be of one that is not listed: what the files set of it
   * counts, and where they set nothing it stays as it is written, and is unknown where it should be a number, a flag or one of few words.
   */
  readonly complete?: boolean
}

/** The files together, as oslo.config would hold them. */
export interface OsloFiles {
  /** In the order in which they were read; `section` is normalised. */
  readonly assignments: readonly (Assignment & { readonly path: string; readonly writtenSection: string })[]
}

/** A file that stops the service at its start. */
export class ConfigFileError extends Error {
  readonly path: string
  readonly line: number

  constructor(path: string, error: IniError) {
    super(`${path}:${error.line}: ${error.message}`, { cause: error })
    this.path = path
    this.line = error.line
  }
}

/** `[LIBVIRT]` is `[libvirt]`, but `[default]` is not `[DEFAULT]` (cfg.py _normalize_group_name). */
export const normalizeGroup = (name: string): string => (name === 'DEFAULT' ? name : name.toLowerCase())

/** A file is asked for its options, its findings and its age, and a fleet has thousands of files: each is parsed once. */
const alreadyParsed = new WeakMap<ConfigSource, ParsedFile>()

function parsed(source: ConfigSource): ParsedFile {
  const known = alreadyParsed.get(source)
  if (known !== undefined) return known
  const file = parseIni(source.text)
  alreadyParsed.set(source, file)
  return file
}

/** @throws ConfigFileError for the first file that oslo.config could not parse */
export function readFiles(sources: readonly ConfigSource[]): OsloFiles {
  return {
    assignments: sources.flatMap((source) => {
      const { path } = source
      try {
        return parsed(source).assignments.map((assignment) => ({
          ...assignment,
          section: normalizeGroup(assignment.section),
          writtenSection: assignment.section,
          path,
        }))
      } catch (error) {
        if (error instanceof IniError) throw new ConfigFileError(path, error)
        throw error
      }
    }),
  }
}

/**
 * Every option as the service would read it, keyed `group.name`: the environment before the files, the last file before
 * the others, in a file the option's own name before its older ones, else the default (oslo.config 9.0, cfg.py _do_get).
 *
 * @throws ConfigFileError
 */
export function readOslo(input: OsloInput): ReadonlyMap<string, Reading> {
  const reader = new Reader(input)
  return new Map(input.options.map((option) => [keyOf(option), reader.read(option)]))
}

const keyOf = ({ group, name }: Pick<OptionSpec, 'group' | 'name'>): string => `${group}.${name}`

interface Found {
  readonly texts: readonly string[]
  readonly origin: Origin
  readonly deprecatedName: string | null
}

class Reader {
  readonly #files: OsloFiles
  readonly #environment: OsloInput['environment']
  readonly #options: ReadonlyMap<string, OptionSpec>
  readonly #complete: boolean
  /** Options being read: one that refers to itself never ends. */
  readonly #reading = new Set<string>()
  /** A `$name` of what is being read that stands for what nobody here knows. */
  #unresolved: string | null = null

  constructor({ sources, environment, options, complete = false }: OsloInput) {
    this.#files = readFiles(sources)
    this.#environment = environment
    this.#complete = complete
    this.#options = new Map(options.map((option) => [keyOf(option), option]))
  }

  read(option: OptionSpec): Reading {
    const found = this.#find(option)
    const { origin, deprecatedName } = found ?? { origin: { kind: 'default' } as const, deprecatedName: null }
    const outer = this.#unresolved
    this.#unresolved = null
    try {
      if (found === null) return { ok: true, value: null, origin, deprecatedName }
      const filled = (text: string): string => substitute(text, (name) => this.#refer(name, option))
      if (option.type.kind === 'multi-string') {
        return { ok: true, value: found.texts.map(filled), origin, deprecatedName }
      }
      // Set twice, the last counts and the others are not even looked at.
      const text = filled(found.texts.at(-1) ?? '')
      if (this.#unresolved !== null && !takesAnyText(option.type)) return unknownBy(this.#unresolved, origin)
      return { ok: true, value: convert(text, option.type), origin, deprecatedName }
    } catch (error) {
      if (error instanceof UnknownError) return unknownBy(error.message, origin)
      if (error instanceof ValueError || error instanceof SubstitutionError) {
        return { ok: false, message: error.message, origin }
      }
      throw error
    } finally {
      this.#unresolved ??= outer
    }
  }

  #find(option: OptionSpec): Found | null {
    const { group, name, type, defaultText } = option
    const variable = `OS_${group.toUpperCase()}__${name.toUpperCase()}`
    const set = this.#environment[variable]
    if (set !== undefined) {
      return { texts: [set], origin: { kind: 'environment', name: variable }, deprecatedName: null }
    }
    const names = [
      { group, name },
      ...(option.deprecatedNames ?? []).map((old) => ({ group: old.group ?? group, name: old.name ?? name })),
    ]
    const paths = [...new Set(this.#files.assignments.map(({ path }) => path))]
    const collected: string[] = []
    let first: Found | null = null
    for (const path of paths.toReversed()) {
      for (const wanted of names) {
        const own = this.#files.assignments.filter(
          (each) => each.path === path && each.section === normalizeGroup(wanted.group) && each.key === wanted.name,
        )
        const last = own.at(-1)
        if (last === undefined) continue
        first ??= {
          texts: own.map(({ value }) => value),
          origin: { kind: 'file', path, line: last.line },
          deprecatedName: wanted === names[0] ? null : `${wanted.group}.${wanted.name}`,
        }
        if (type.kind !== 'multi-string') return first
        collected.unshift(...own.map(({ value }) => value))
      }
    }
    if (first !== null) return { ...first, texts: collected }
    return defaultText === undefined
      ? null
      : { texts: [defaultText], origin: { kind: 'default' }, deprecatedName: null }
  }

  /** What `$name` stands for in a value of `option`: its own group first, then [DEFAULT]; `$group.name` is of that group. */
  #refer(name: string, option: OptionSpec): string {
    const dot = name.indexOf('.')
    const candidates =
      dot < 0 ? [`${option.group}.${name}`, `DEFAULT.${name}`] : [name.startsWith('DEFAULT.') ? '' : name]
    const listed = candidates.map((key) => this.#options.get(key)).find((each) => each !== undefined)
    if (listed === undefined && this.#complete) throw new SubstitutionError(`no such option ${name}`)
    const target = listed ?? candidates.map(unlisted).find((each) => this.#find(each) !== null)
    if (target === undefined) {
      this.#unresolved = name
      return `$${name}`
    }
    const key = keyOf(target)
    if (this.#reading.has(key) || key === keyOf(option)) throw new SubstitutionError(`${name} refers to itself`)
    this.#reading.add(keyOf(option))
    try {
      const reading = this.read(target)
      if (!reading.ok) {
        throw reading.unknown === undefined ? new SubstitutionError(reading.message) : new UnknownError(reading.unknown)
      }
      return pythonText(reading.value)
    } finally {
      this.#reading.delete(keyOf(option))
    }
  }
}

/** A `$name` that stands for an option whose own value is not known. */
class UnknownError extends Error {}

const unknownBy = (name: string, origin: Origin): Reading => ({
  ok: false,
  message: `it is made of $${name}, which no file sets and whose default is not known here`,
  origin,
  unknown: name,
})

/** Whether a `$name` that stays as it is written is read like any other text. */
const takesAnyText = (type: OptionSpec['type']): boolean =>
  type.kind === 'list' || (type.kind === 'string' && type.choices === undefined)

/** An option of which nothing is known but its name: `group.name`. */
function unlisted(key: string): OptionSpec {
  const dot = key.indexOf('.')
  return { group: key.slice(0, Math.max(0, dot)), name: key.slice(dot + 1), type: { kind: 'string' } }
}

/** Python's str() of a value; None becomes nothing. */
function pythonText(value: OptionValue): string {
  if (value === null) return ''
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'object') return `[${value.map(pythonRepr).join(', ')}]`
  return String(value)
}
