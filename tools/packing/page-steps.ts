/** What a page tells its reader to do: type commands, or write a file. */
export type PageStep =
  | { readonly kind: 'run'; readonly script: string }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }

/** By the heading that they stand under, in their order. */
export type PageSteps = ReadonlyMap<string, readonly PageStep[]>

const stepOrHeading =
  /^#{2,} (?<heading>.+)$|^<!-- (?:run|file (?<path>\S+)) -->\n+```(?<language>\w+)\n(?<text>[^]*?)^```$/gm

/** Reads the blocks of code that are marked as steps: `<!-- run -->` or `<!-- file PATH -->` before them. */
export function pageSteps(page: string): PageSteps {
  const marks = page.match(/^<!-- (?:run|file .*) -->$/gm)?.length ?? 0
  const steps = new Map<string, PageStep[]>()
  let found = 0
  let under = ''
  for (const { groups = {} } of page.matchAll(stepOrHeading)) {
    const { heading, path, language, text = '' } = groups
    if (heading !== undefined) {
      under = heading
      continue
    }
    if (path === undefined && language !== 'sh') throw new Error(`under "${under}": "${language}" cannot be run`)
    const step: PageStep = path === undefined ? { kind: 'run', script: text } : { kind: 'write', path, text }
    steps.set(under, [...(steps.get(under) ?? []), step])
    found++
  }
  if (found !== marks) throw new Error(`${marks} blocks are marked as steps, and ${found} could be read`)
  return steps
}
