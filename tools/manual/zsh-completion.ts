import type { CommandNode, OptionNode, ValueKind } from './command-tree.ts'
import { allCommands, nameOf } from './command-tree.ts'

/** One function for each command, as zsh's own completions are written. */
export function zshCompletion(root: CommandNode): string {
  const name = nameOf(root)
  return `#compdef ${name}

${allCommands(root).map(functionOf).join('\n\n')}

_${name} "$@"
`
}

const functionName = ({ path }: CommandNode): string => `_${path.join('_')}`

function functionOf(command: CommandNode): string {
  const specs = command.options.map(optionSpec)
  const last =
    command.commands.length > 0
      ? [`'1:command:->command'`, `'*::argument:->argument'`]
      : command.arguments.map(
          ({ shown, value }) => `'${shown.includes('...') ? '*' : ''}:${escaped(shown)}:${action(value)}'`,
        )
  const call = [...specs, ...last].map((spec) => `    ${spec}`).join(' \\\n')
  if (command.commands.length === 0) return `${functionName(command)}() {\n  _arguments \\\n${call}\n}`
  const named = command.commands.map((each) => `        '${nameOf(each)}:${escaped(each.description)}'`)
  const cases = command.commands.map((each) => `        ${nameOf(each)}) ${functionName(each)} ;;`)
  return `${functionName(command)}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${call}
  case $state in
    command)
      local -a commands=(
${named.join('\n')}
      )
      _describe command commands ;;
    argument)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}`
}

function optionSpec({ short, long, description, value }: OptionNode): string {
  // One with a value may be given again: most of them add to what was said before.
  const taken = value === null ? '' : `:${value.kind === 'other' ? escaped(value.name) : value.kind}:${action(value)}`
  const repeated = value === null ? '' : '*'
  const explained = `[${escaped(description)}]${taken}`
  return short === null ? `'${repeated}${long}${explained}'` : `'(${short} ${long})'{${short},${long}}'${explained}'`
}

function action(value: ValueKind): string {
  if (value.kind === 'words') return `(${value.words.join(' ')})`
  return value.kind === 'file' ? '_files' : ' '
}

/** What ends a part of a specification, and the quote around all of it. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\[\]:]/g, String.raw`\$&`).replaceAll("'", String.raw`'\''`)
