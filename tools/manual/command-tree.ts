import type { Argument, Command, Option } from 'commander'

/** A command as its help knows it, in plain data: what the manual and the completions are made of. */
export interface CommandNode {
  /** `['landfall', 'lab', 'up']`. */
  readonly path: readonly string[]
  readonly description: string
  readonly arguments: readonly ArgumentNode[]
  readonly options: readonly OptionNode[]
  readonly commands: readonly CommandNode[]
  /** What its help says behind everything else: exit codes, examples. */
  readonly closing: string
}

export interface ArgumentNode {
  /** `<instance>`, `[paths...]`. */
  readonly shown: string
  readonly description: string
  readonly value: ValueKind
}

export interface OptionNode {
  /** `-h, --help`, `--to <host>`. */
  readonly flags: string
  readonly short: string | null
  readonly long: string
  /** With the default and the choices, as the help has it. */
  readonly description: string
  /** Null where it takes none. */
  readonly value: ValueKind | null
  readonly isMandatory: boolean
}

/** What can be offered for a value: one of some words, the name of a file, or nothing that could be known beforehand. */
export type ValueKind =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'other'; readonly name: string }

/** Everything that a program takes, with what commander adds by itself. */
export function commandTree(command: Command, above: readonly string[] = []): CommandNode {
  const path = [...above, command.name()]
  const help = command.createHelp()
  return {
    path,
    description: command.description(),
    arguments: command.registeredArguments.map(argumentNode),
    options: help.visibleOptions(command).map((option) => optionNode(option, help.optionDescription(option))),
    commands: command.commands.map((each) => commandTree(each, path)),
    closing: closingOf(command),
  }
}

/** The command and everything below it. */
export function allCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allCommands)]
}

export const nameOf = ({ path }: CommandNode): string => path.at(-1) ?? ''

function argumentNode(argument: Argument): ArgumentNode {
  const name = argument.name() + (argument.variadic ? '...' : '')
  return {
    shown: argument.required ? `<${name}>` : `[${name}]`,
    description: argument.description,
    value: valueKind(argument.argChoices, argument.name()),
  }
}

function optionNode(option: Option, description: string): OptionNode {
  const { flags, short = null, long, required, optional, mandatory } = option
  if (long === undefined) throw new Error(`the option "${flags}" has no long name`)
  const name = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? ''
  const value = required || optional ? valueKind(option.argChoices, name) : null
  return { flags, short, long, description, value, isMandatory: mandatory }
}

function valueKind(choices: readonly string[] | undefined, name: string): ValueKind {
  if (choices !== undefined) return { kind: 'words', words: choices }
  return /^(file|folder|dir|directory|path|paths)$/.test(name) ? { kind: 'file' } : { kind: 'other', name }
}

/** Commander has such texts nowhere else than behind the help that it writes. */
function closingOf(command: Command): string {
  const written: string[] = []
  command.configureOutput({ writeOut: (text) => void written.push(text) }).outputHelp()
  return written.slice(1).join('').trim()
}
