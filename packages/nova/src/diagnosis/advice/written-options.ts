import type { ConfigSource } from '../../oslo/read-oslo.ts'
import { ConfigFileError, normalizeGroup, readFiles } from '../../oslo/read-oslo.ts'
import { sameHost } from '../episodes/told.ts'

/** What counts on a host of what is set there, whatever option it is of. */
export interface WrittenOption {
  readonly value: string
  /** `/etc/nova/nova.conf:5`, `$OS_LIBVIRT__CPU_MODE` */
  readonly place: string
}

export type WrittenByHost = ReadonlyMap<string, ReadonlyMap<string, WrittenOption>>

/**
 * Every option that is set there, by `group.name`: the last line of each in the files, and before them what the environment of the service
 * says; nothing where a file stops the service.
 */
export function writtenOptions(
  sources: readonly ConfigSource[],
  environment: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, WrittenOption> {
  try {
    return new Map([
      ...readFiles(sources).assignments.map(({ path, line, section, key, value }): readonly [string, WrittenOption] => [
        `${section}.${key}`,
        { value: value.trim(), place: `${path}:${line}` },
      ]),
      ...Object.entries(environment).flatMap(([variable, value]): (readonly [string, WrittenOption])[] => {
        const [, group, name] = /^OS_(.+?)__(.+)$/.exec(variable) ?? []
        if (group === undefined || name === undefined) return []
        return [[`${normalizeGroup(group)}.${name.toLowerCase()}`, { value: value.trim(), place: `$${variable}` }]]
      }),
    ])
  } catch (error) {
    if (error instanceof ConfigFileError) return new Map()
    throw error
  }
}

/** "cpu_mode = host-model (a/nova.conf:5, b/nova.conf:5)": what is set of these options on these hosts; hosts without a file say nothing. */
export function setLines(options: readonly string[], hosts: readonly string[], written: WrittenByHost): string[] {
  return options.flatMap((option) => {
    const places = new Map<string, string[]>()
    for (const host of hosts) {
      const found = writtenOn(host, written)?.get(option)
      if (found !== undefined) places.set(found.value, [...(places.get(found.value) ?? []), found.place])
    }
    const name = option.split('.')[1] ?? option
    return Array.from(places, ([value, those]) => `${name} = ${value} (${those.slice(0, 4).join(', ')})`)
  })
}

/** A host's lines; undefined where its files are not known. */
export function writtenOn(host: string, written: WrittenByHost): ReadonlyMap<string, WrittenOption> | undefined {
  return written.get(host) ?? [...written].find(([name]) => sameHost(name, host))?.[1]
}
