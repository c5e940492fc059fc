/** One `--config-file` or `--config-dir`, in the order in which they were given: later ones win, as in Nova. */
export interface ConfigArgument {
  readonly kind: 'file' | 'directory'
  readonly path: string
}

/** What a folder lists, as node:fs's `Dirent` has it. */
interface Listed {
  readonly name: string
  readonly isDirectory: () => boolean
}

/**
 * The names that oslo.config reads of a `--config-dir`, in its order: `*.conf` that do not begin with a dot, by their bytes; no
 * folders below.
 */
export function configNamesIn(listed: readonly Listed[]): readonly string[] {
  return listed
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf') && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted(byBytes)
}

/** UTF-8 has the order of its code points, which JavaScript's own comparison has not beyond U+FFFF. */
function byBytes(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  const at = left.findIndex((point, i) => point !== right[i])
  if (at === -1) return left.length - right.length
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1)
}
