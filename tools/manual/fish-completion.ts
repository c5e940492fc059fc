import type { CommandNode, OptionNode } from './command-tree.ts'
import { allCommands, nameOf } from './command-tree.ts'

/** One line for each command and each option. */
export function fishCompletion(root: CommandNode): string {
  const lines = allCommands(root).flatMap((command) => [
    ...command.commands.map((each) => line(root, command, `-a ${nameOf(each)} -d ${quoted(each.description)}`)),
    ...command.options.map((option) => line(root, command, optionWords(option))),
    ...(command.arguments.some(({ value }) => value.kind === 'file') ? [line(root, command, '-F')] : []),
  ])
  return `# fish completion for ${nameOf(root)}\ncomplete -c ${nameOf(root)} -f\n${lines.join('\n')}\n`
}

/** Where the command was named, and none below it yet. */
function line(root: CommandNode, command: CommandNode, words: string): string {
  const seen = command.path.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`)
  const deeper = command.commands.map(nameOf)
  const notYet = deeper.length === 0 ? [] : [`not __fish_seen_subcommand_from ${deeper.join(' ')}`]
  return `complete -c ${nameOf(root)} -n '${[...seen, ...notYet].join('; and ')}' ${words}`
}

function optionWords({ short, long, description, value }: OptionNode): string {
  const names = [...(short === null ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`]
  const values =
    value === null
      ? []
      : value.kind === 'words'
        ? [`-x -a ${quoted(value.words.join(' '))}`]
        : [value.kind === 'file' ? '-r -F' : '-x']
  return [...names, ...values, `-d ${quoted(description)}`].join(' ')
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
