import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from 'landfall/program'
import { afterAll, describe, expect, test } from 'vitest'
import { allCommands, commandTree } from './command-tree.ts'
import { manualFiles } from './manual-files.ts'

const root = commandTree(program())
const files = manualFiles(root, '1.2.3')
const textOf = (path: string): string => files.get(path) ?? ''
const bash = textOf('bash-completion/completions/landfall')
const zsh = textOf('zsh/vendor-completions/_landfall')
const fish = textOf('fish/vendor_completions.d/landfall.fish')

const folder = mkdtempSync(join(tmpdir(), 'landfall-manual-'))
afterAll(() => rmSync(folder, { recursive: true }))
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const has = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** What bash itself offers for the last of the words. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _landfall; printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-c', script, 'bash', put('bash', bash), ...words], {
    encoding: 'utf8',
    cwd: folder,
  })
  return out.split('\n').filter((line) => line !== '')
}

const commands = allCommands(root).map((command) => [command.path.join(' '), command] as const)

describe.each(commands)('%s', (_name, command) => {
  const long = command.options.map((option) => option.long)

  test('bash offers its commands and its options', () => {
    const names = command.commands.map(({ path }) => path.at(-1))
    expect(offered(...command.path, '-')).toEqual(expect.arrayContaining(long))
    expect(offered(...command.path, '')).toEqual(expect.arrayContaining(names))
  })

  test('zsh has a function of its own for it, with every option', () => {
    const body = zsh.split(`_${command.path.join('_')}() {\n`)[1]?.split('\n}')[0] ?? ''
    for (const option of long) expect(body).toMatch(new RegExp(`'\\*?${option}\\[|,${option}\\}`))
    for (const { path } of command.commands) expect(body).toContain(`${path.at(-1)}) _${path.join('_')} ;;`)
  })

  test('fish is told every option where the command was named', () => {
    const named = command.path.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`)
    const lines = fish.split('\n').filter((line) => named.every((condition) => line.includes(condition)))
    for (const option of long) expect(lines.some((line) => line.includes(` -l ${option.slice(2)} `))).toBe(true)
  })

  test('a man page has it with its arguments and options', () => {
    const page = textOf(`man/man1/${command.path.slice(0, 2).join('-')}.1`).replaceAll(String.raw`\-`, '-')
    expect(page).toContain(command.path.join(' '))
    for (const { flags, description } of command.options) expect(page).toContain(`.TP\n.B ${flags}\n${description}`)
    for (const { shown } of command.arguments) expect(page).toContain(shown)
  })

  test('what stands behind its options fits a terminal of 80 columns, but for commands to be copied', () => {
    const sentences = command.closing.split('\n').filter((line) => !line.startsWith('  landfall '))
    expect(sentences.filter((line) => line.length > 80)).toEqual([])
  })
})

test('bash offers the words that an option can have, and files where it takes one', () => {
  expect(offered('landfall', 'plan', '--post-copy', '')).toContain('never')
  put('landfall.toml', '')
  expect(offered('landfall', 'plan', 'web1', '--config', 'landf')).toEqual(['landfall.toml'])
  expect(offered('landfall', 'plan', '--to', '')).toEqual([])
})

// zsh and fish, and a second time bash, are asked in a Debian that has them: npm run test:debian.
test('bash can read its completions', () => {
  expect(spawnSync('bash', ['-n', put('bash-read', bash)], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  })
})

test('groff finds nothing wrong with the man pages, where it is installed', ({ skip }) => {
  if (!has('groff')) skip('groff is not installed')
  for (const [path, page] of files) {
    if (!path.startsWith('man/')) continue
    const { status, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-z'], { input: page, encoding: 'utf8' })
    expect({ path, status, stderr }).toEqual({ path, status: 0, stderr: '' })
  }
})
