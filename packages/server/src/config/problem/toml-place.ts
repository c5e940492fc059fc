/** Where something stands in a text, counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

type Path = readonly (string | number)[]

const key = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')`
const dotted = String.raw`${key}(?:\s*\.\s*${key})*`
const header = new RegExp(String.raw`^\s*(\[\[?)\s*(${dotted})\s*\]`)
const assignment = new RegExp(String.raw`^(\s*)(${dotted})\s*=`)

/**
 * Where a path of a parsed TOML document stands in its text: the line of its key, else of the table around it. The parser itself
 * tells only what it cannot parse.
 *
 * Worked example: of `["hosts", "a", "uri"]` in
 *
 *     [hosts.a]
 *     uri = 5
 *
 * line 2, column 1; of `["hosts", "a", "link"]`, which is not there, line 1.
 *
 * @returns null where not even a table around it is written out
 */
export function placeInToml(text: string, path: Path): Place | null {
  let table: Path = []
  let best: { readonly depth: number; readonly place: Place } | null = null
  const counts = new Map<string, number>()
  const consider = (found: Path, place: Place): void => {
    if (found.length > path.length || found.some((part, at) => String(part) !== String(path[at]))) return
    if (best === null || found.length > best.depth) best = { depth: found.length, place }
  }
  for (const [index, line] of text.split('\n').entries()) {
    const [, brackets, name] = header.exec(line) ?? []
    if (name !== undefined) {
      const names = partsOf(name)
      const id = JSON.stringify(names)
      const nth = counts.get(id) ?? 0
      counts.set(id, nth + 1)
      table = brackets === '[[' ? [...names, nth] : names
      consider(table, { line: index + 1, column: line.indexOf('[') + 1 })
      continue
    }
    const [, space, assigned] = assignment.exec(line) ?? []
    if (assigned === undefined) continue
    consider([...table, ...partsOf(assigned)], { line: index + 1, column: (space?.length ?? 0) + 1 })
  }
  return (best as { readonly place: Place } | null)?.place ?? null
}

function partsOf(name: string): string[] {
  const parts = name.match(new RegExp(key, 'g')) ?? []
  return parts.map((part) => (/^["']/.test(part) ? part.slice(1, -1) : part))
}
