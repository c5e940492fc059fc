import { bashCompletion } from './bash-completion.ts'
import type { CommandNode } from './command-tree.ts'
import { fishCompletion } from './fish-completion.ts'
import { manPages } from './man-page.ts'
import { zshCompletion } from './zsh-completion.ts'

/** By its path, as it lies under `share/` of a system: the manual and what shells are told of the command line. */
export function manualFiles(root: CommandNode, version: string): ReadonlyMap<string, string> {
  return new Map([
    ...[...manPages(root, version)].map(([name, page]) => [`man/man1/${name}`, page] as const),
    ['bash-completion/completions/landfall', bashCompletion(root)],
    ['zsh/vendor-completions/_landfall', zshCompletion(root)],
    ['fish/vendor_completions.d/landfall.fish', fishCompletion(root)],
  ])
}
