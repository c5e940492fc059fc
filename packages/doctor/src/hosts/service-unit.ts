import { byBytes, unitFolders } from './host-layout.ts'

const unitFile = new RegExp(String.raw`^(${unitFolders.join('|')})/([\w-]+)\.service(?:\.d/([^/]+\.conf))?$`)

export interface ServiceUnit {
  /** `nova-compute` */
  readonly name: string
  /** Null where only what was put over it is there. */
  readonly main: string | null
  /** Put over it, those that win last: by their names, whatever folder they lie in. */
  readonly dropIns: readonly string[]
}

/** The unit files that count, of those that are there. Pure. */
export function serviceUnits(paths: readonly string[]): readonly ServiceUnit[] {
  const files = paths
    .flatMap((path) => {
      const [, folder = '', name, dropIn] = unitFile.exec(path) ?? []
      return name === undefined ? [] : [{ path, folder, name, dropIn }]
    })
    .toSorted((a, b) => unitFolders.indexOf(a.folder) - unitFolders.indexOf(b.folder))
  return [...Map.groupBy(files, ({ name }) => name)].map(([name, own]) => {
    const dropIns = new Map<string, string>()
    for (const { dropIn, path } of own) if (dropIn !== undefined && !dropIns.has(dropIn)) dropIns.set(dropIn, path)
    return {
      name,
      main: own.find(({ dropIn }) => dropIn === undefined)?.path ?? null,
      dropIns: [...dropIns].toSorted(([a], [b]) => byBytes(a, b)).map(([, path]) => path),
    }
  })
}
