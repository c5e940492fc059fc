import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { program as landfall } from 'landfall/program'
import { expect, test } from 'vitest'
import { allCommands, commandTree, nameOf } from './manual/command-tree.ts'

const root = join(import.meta.dirname, '..')
const documents = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))].map((name) =>
  name === 'README.md' ? name : join('docs', name),
)
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Help {
  /** `lab up`; empty for the program itself. */
  readonly command: string
  readonly options: readonly string[]
  readonly subcommands: readonly string[]
}

/** What `--help` shows of every command, as the manual is made of it: no process is started. */
const program = allCommands(commandTree(landfall())).map(({ path, options, commands }): Help => ({
  command: path.slice(1).join(' '),
  options: options.map(({ long }) => long),
  subcommands: commands.map(nameOf),
}))

test('docs/cli.md names every command', () => {
  const text = read('docs/cli.md')
  const leaves = program.filter(({ subcommands }) => subcommands.length === 0)
  expect(leaves.length).toBeGreaterThan(8)
  expect(
    leaves.filter(({ command: name }) => !text.includes(`\`landfall ${name}`)).map((each) => each.command),
  ).toEqual([])
})

test('docs/cli.md names every option', () => {
  const text = read('docs/cli.md')
  const options = [...new Set(program.flatMap((each) => each.options))]
  expect(options.length).toBeGreaterThan(15)
  expect(options.filter((option) => !new RegExp(`${option}\\b(?!-)`).test(text))).toEqual([])
})

test('docs/cli.md says what --json prints of every command that takes it; the laboratory is for people', () => {
  const section = read('docs/cli.md').split('\n## JSON\n')[1]?.split('\n## ')[0] ?? ''
  const told = Array.from(section.matchAll(/\*\*(`[^*]+`)\*\*/g), ([, names = '']) => names).join()
  const takers = program.filter(({ command: name, options }) => options.includes('--json') && !name.startsWith('lab '))
  expect(takers.length).toBeGreaterThan(20)
  expect(takers.filter(({ command: name }) => !told.includes(`\`${name}\``)).map((each) => each.command)).toEqual([])
})

test('docs/cli.md explains every exit code, and none that there is not', () => {
  const source = read('packages/api/src/errors/exit-codes.ts')
  const codes = Array.from(source.matchAll(/^ {2}\w+: (\d+),/gm), ([, code]) => code)
  const table = read('docs/cli.md').split('## Exit codes')[1]?.split('\n## ')[0] ?? ''
  expect(codes.length).toBeGreaterThan(5)
  expect(Array.from(table.matchAll(/^\| (\d+) +\|/gm), ([, code]) => code)).toEqual(codes)
})

test.each(documents)('%s speaks of commands and options that exist', (path) => {
  const text = read(path)
  const commands = new Set(program.map(({ command: name }) => name))
  const options = new Set([...program.flatMap((each) => each.options), '--keep'])
  const code = Array.from(text.matchAll(/```sh\n([^]*?)```|`([^`\n]+)`/g), ([, block, inline]) => block ?? inline ?? '')
  const spoken = code.flatMap((each) =>
    Array.from(each.matchAll(/(?:^|npx |["\s])landfall ((?:lab )?[a-z][a-z-]*)/gm), ([, name = '']) => name),
  )
  expect(spoken.filter((name) => name !== 'help' && !commands.has(name))).toEqual([])
  const used = code
    .flatMap((each) => each.split('\n'))
    .filter((line) => line.startsWith('--') || line.includes('landfall '))
    .flatMap((line) => Array.from(line.matchAll(/(?<![\w-])--[a-z][\w-]*/g), ([option]) => option))
  expect(used.filter((option) => !options.has(option))).toEqual([])
})

test.each(documents)('%s links to files and headings that are there', (path) => {
  const links = Array.from(read(path).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
  const broken = links.filter((link) => {
    if (link.startsWith('https:')) return false
    const [file = '', heading] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(root, target))) return true
    return heading !== undefined && !headingsOf(read(target)).includes(heading)
  })
  expect(broken).toEqual([])
})

/** As GitHub makes them. */
function headingsOf(markdown: string): string[] {
  return Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

test('a file that a page names is there (NAME stands for any)', () => {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = stdout.split('\n').map((path) => `/${path}`)
  const named = documents.flatMap((document) =>
    Array.from(read(document).matchAll(/`([\w./-]+\.ts)`/g), ([, path = '']) => ({ document, path })),
  )
  expect(named.length).toBeGreaterThan(20)
  expect(
    named.filter(({ path }) => !path.includes('NAME') && !files.some((file) => file.endsWith(`/${path}`))),
  ).toEqual([])
})
