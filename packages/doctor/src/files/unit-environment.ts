import { environmentIn } from './service-environment.ts'

/** What a unit's own lines say of the environment of its service (systemd.exec(5)). */
export interface UnitEnvironment {
  readonly set: Readonly<Record<string, string>>
  /** In the order in which they are read, which is after `set`. */
  readonly files: readonly EnvironmentFile[]
  /** Taken away after all that. */
  readonly unset: readonly UnsetVariable[]
  /** Had from systemd itself, which no file says what it has of them; all of the above counts before it. */
  readonly passed: readonly string[]
}

export interface UnsetVariable {
  readonly name: string
  /** Taken away only with this value; null: with any. */
  readonly value: string | null
}

export interface EnvironmentFile {
  readonly path: string
  /** Where it is not there, the service starts all the same. */
  readonly optional: boolean
}

/**
 * The environment that a unit names: a later line adds to those before it, and an empty one takes them back.
 *
 * @param texts the unit and what was put over it, those that win last
 */
export function unitEnvironment(name: string, texts: readonly string[]): UnitEnvironment {
  let set: Record<string, string> = {}
  let files: EnvironmentFile[] = []
  let unset: UnsetVariable[] = []
  let passed: string[] = []
  for (const line of texts.flatMap((text) => text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/))) {
    const [, key, value = ''] = setting.exec(line) ?? []
    if (key === 'Environment') set = value === '' ? {} : { ...set, ...environmentIn(value) }
    if (key === 'EnvironmentFile') files = value === '' ? [] : [...files, environmentFile(name, value)]
    if (key === 'UnsetEnvironment') unset = value === '' ? [] : [...unset, ...wordsIn(value).map(unsetVariable)]
    if (key === 'PassEnvironment') passed = value === '' ? [] : [...passed, ...wordsIn(value)]
  }
  return { set, files, unset, passed }
}

const setting = /^\s*(Environment|EnvironmentFile|UnsetEnvironment|PassEnvironment)\s*=\s*(.*?)\s*$/

/** Separated by blanks that are not quoted; without their quotes. */
const wordsIn = (value: string): readonly string[] =>
  (value.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))

function unsetVariable(word: string): UnsetVariable {
  const at = word.indexOf('=')
  return at < 0 ? { name: word, value: null } : { name: word.slice(0, at), value: word.slice(at + 1) }
}

/** `-/etc/default/%p` */
function environmentFile(name: string, value: string): EnvironmentFile {
  const path = value
    .replace(/^-/, '')
    .replaceAll(/%([pNn%])/g, (_whole, letter) => (letter === '%' ? '%' : name + (letter === 'n' ? '.service' : '')))
  // Whichever files a pattern, or another of systemd's words, stands for is not known: there may be some.
  return { path, optional: value.startsWith('-') && !/[%*?[]/.test(path) }
}

/** As systemd reads such a file: `export`, which a shell would take, is none of its names. */
export const environmentInFile = (text: string): Readonly<Record<string, string>> =>
  environmentIn(text.replaceAll(/^\s*export\s.*$/gm, ''))
