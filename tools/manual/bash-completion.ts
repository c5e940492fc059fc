import type { CommandNode } from './command-tree.ts'
import { allCommands, nameOf } from './command-tree.ts'

/** For bash alone: nothing of the bash-completion package is called, which loads the file when it is there. */
export function bashCompletion(root: CommandNode): string {
  const commands = allCommands(root)
  const name = nameOf(root)
  const below = commands.slice(1).map(pathOf)
  return `# bash completion for ${name}
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=${name} at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$command \${COMP_WORDS[at]}" in
      ${below.map(quoted).join(' | ')})
        command+=" \${COMP_WORDS[at]}" ;;
    esac
  done
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${commands.map(wordCase).join('\n')}
  esac
}
complete -F _${name} ${name}
`
}

const pathOf = ({ path }: CommandNode): string => path.join(' ')
const quoted = (text: string): string => `'${text}'`
const files = `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")`
const words = (all: readonly string[]): string =>
  `mapfile -t COMPREPLY < <(compgen -W ${quoted(all.join(' '))} -- "$current")`

/** What follows an option that takes a value: nothing at all where it cannot be known. */
function valueCases(command: CommandNode): readonly string[] {
  return command.options.flatMap(({ short, long, value }) => {
    if (value === null) return []
    const names = [short, long].filter((each) => each !== null).map((each) => quoted(`${pathOf(command)} ${each}`))
    const offered = value.kind === 'words' ? words(value.words) : value.kind === 'file' ? files : ':'
    return [`    ${names.join(' | ')}) ${offered}; return ;;`]
  })
}

function wordCase(command: CommandNode): string {
  const options = command.options.flatMap(({ short, long }) => (short === null ? [long] : [short, long]))
  const offered = words([...command.commands.map(nameOf), ...options])
  const takesFiles = command.arguments.some(({ value }) => value.kind === 'file')
  const withFiles = takesFiles ? `if [[ $current == -* ]]; then ${offered}; else ${files}; fi` : offered
  return `    ${quoted(pathOf(command))}) ${withFiles} ;;`
}
