import { environmentIn } from './service-environment.ts'

/** What a unit's own lines say of the environment of its service (systemd.exec(5)). */
export interface UnitEnvironment {
  readonly set: Readonly<Record<string, string>>
  /** In the order in which they are read, which is after `set`. */
  readonly files: readonly EnvironmentFile[]
  /** Taken away after all that. */
  readonly unset: readonly string[]
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
  let unset: string[] = []
  for (const line of texts.flatMap((text) => text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/))) {
    const [, key, value = ''] = /^\s*(Environment|EnvironmentFile|UnsetEnvironment)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (key === 'Environment') set = value === '' ? {} : { ...set, ...environmentIn(value) }
    if (key === 'EnvironmentFile') files = value === '' ? [] : [...files, environmentFile(name, value)]
    if (key === 'UnsetEnvironment') unset = value === '' ? [] : [...unset, ...value.split(/[\s"']+/)]
  }
  return { set, files, unset }
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
