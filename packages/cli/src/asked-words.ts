import type { Command } from 'commander'

/** `help token create` as `token create --help`: commander's own way ends at the first name. Pure. */
export function askedWords(words: readonly string[]): readonly string[] {
  const [first, ...named] = words
  return first === 'help' && named.length > 0 ? [...named, '--help'] : words
}

/** A name that is no command's, with the command that has none of it; null where each is one. Pure. */
export function unknownName(
  command: Command,
  words: readonly string[],
): { readonly name: string; readonly within: Command } | null {
  const [name, ...rest] = words
  // What takes words of its own may take this one.
  if (name === undefined || name.startsWith('-') || name === 'help' || takesWords(command)) return null
  const next = command.commands.find((each) => each.name() === name)
  return next === undefined ? { name, within: command } : unknownName(next, rest)
}

const takesWords = ({ commands, registeredArguments }: Command): boolean =>
  commands.length === 0 || registeredArguments.length > 0
