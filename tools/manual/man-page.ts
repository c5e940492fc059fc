import type { CommandNode, OptionNode } from './command-tree.ts'
import { allCommands, nameOf } from './command-tree.ts'

/** By its name in `man1/`: one for the program, and one for each of its commands. */
export function manPages(root: CommandNode, version: string): ReadonlyMap<string, string> {
  return new Map(
    [root, ...root.commands].map((command) => [`${command.path.join('-')}.1`, manPage(root, command, version)]),
  )
}

const files: readonly (readonly [string, string])[] = [
  [
    '/etc/landfall/landfall.toml',
    'The hosts, and what is wished of migrations, where neither --config nor $LANDFALL_CONFIG names another file.',
  ],
  [
    '/var/lib/landfall',
    "What is stored of root's and the service's migrations, where $LANDFALL_STATE names no other folder.",
  ],
]
const environment: readonly (readonly [string, string])[] = [
  ['LANDFALL_CONFIG', 'The hosts file.'],
  ['LANDFALL_STATE', 'The folder in which migrations are stored.'],
  ['LANDFALL_STORE', 'Instead: a database of PostgreSQL (postgres://USER@HOST/DATABASE), or a file (*.db).'],
  ['LANDFALL_SERVER', 'The address of a service that does the work where no hosts are named.'],
  ['LANDFALL_TOKEN', 'What the service is asked with; LANDFALL_TOKEN_FILE names a file that it stands in.'],
]

function manPage(root: CommandNode, command: CommandNode, version: string): string {
  const title = command.path.join('-')
  const isRoot = command === root
  const others = isRoot ? root.commands : [root]
  // A command with commands of its own has no page for each of them: they are parts of its page.
  const parts = isRoot ? [root] : allCommands(command)
  return [
    `.TH ${title.toUpperCase()} 1 "" "${nameOf(root)} ${version}" "User Commands"`,
    '.SH NAME',
    `${escaped(title)} ${String.raw`\-`} ${escaped(command.description)}`,
    '.SH SYNOPSIS',
    ...parts.flatMap(synopsis),
    ...(isRoot ? ['.SH COMMANDS', ...root.commands.flatMap((each) => item(nameOf(each), each.description))] : []),
    ...parts.flatMap((part) => (part === command ? options(part) : [subsection(part), ...options(part)])),
    ...closing(command),
    ...(isRoot ? ['.SH FILES', ...files.flatMap(([name, what]) => item(name, what))] : []),
    ...(isRoot ? ['.SH ENVIRONMENT', ...environment.flatMap(([name, what]) => item(name, what))] : []),
    '.SH SEE ALSO',
    others.map(({ path }) => `.BR ${escaped(path.join('-'))} (1)`).join(' ,\n'),
    '',
  ].join('\n')
}

function synopsis(command: CommandNode): readonly string[] {
  const mandatory = command.options.filter(({ isMandatory }) => isMandatory).map(({ flags }) => flags)
  const words = [...mandatory, '[options]', ...command.arguments.map(({ shown }) => shown)]
  const shown = command.commands.length > 0 ? ['[options]', '<command>'] : words
  return [`.B ${escaped(command.path.join(' '))}`, escaped(shown.join(' ')), '.br']
}

function subsection(command: CommandNode): string {
  return `.SH ${escaped(command.path.join(' ').toUpperCase())}\n${escaped(command.description)}`
}

function options(command: CommandNode): readonly string[] {
  return [
    ...(command.arguments.length === 0 ? [] : ['.SS Arguments']),
    ...command.arguments.flatMap(({ shown, description }) => item(shown, description)),
    '.SS Options',
    ...command.options.flatMap(({ flags, description }: OptionNode) => item(flags, description)),
  ]
}

function closing({ closing: text }: CommandNode): readonly string[] {
  return text === '' ? [] : ['.SH NOTES', '.nf', ...text.split('\n').map(escaped), '.fi']
}

const item = (term: string, text: string): readonly string[] => ['.TP', `.B ${escaped(term)}`, escaped(text)]

/** A backslash begins an escape, a hyphen is one that can be searched for and copied, a dot or a quote at the beginning is a request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replace(/^(?=[.'])/, String.raw`\&`)
}
