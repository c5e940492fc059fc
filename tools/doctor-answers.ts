import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { meanings } from '@landfall/nova'

const root = join(import.meta.dirname, '..')
const program = join(root, 'packages/cli/bin/landfall.mjs')
const captures = join(root, 'packages/nova/src/testing/captures')
const columns = 118

/** A fleet such as operators have: the change is on two of four hosts, misspelt on the third, and not on the fourth. */
const fleet: Readonly<Record<string, string>> = {
  'cmp1/nova.conf': '[libvirt]\nvirt_type = kvm\n',
  'cmp1/nova_override.conf': '[libvirt]\nlive_migration_permit_auto_converge = true\n',
  'cmp2/nova.conf': '[libvirt]\nvirt_type = kvm\n',
  'cmp2/nova_override.conf': '[libvirt]\nlive_migration_permit_auto_converge = True\n',
  'cmp3/nova.conf': '[libvirt]\nvirt_type = kvm\nlive_migration_progress_timeout = 150\n',
  'cmp3/nova_override.conf': '# 2026-10-02: slow guests\n[libvirt]\nlive-migration-permit-auto-converge = true\n',
  'cmp4/nova.conf': '[libvirt]\nvirt_type = kvm\n',
}

const recorded = (scenario: string): string =>
  `--host nova1=${scenario}-nova1.log.gz --host nova2=${scenario}-nova2.log.gz`

/** What is typed for each answer of docs/doctor.md, by the name of its place there. */
const questions: Readonly<Record<string, string>> = {
  'never-ends': `landfall doctor ${recorded('02-nonconv-abort')}`,
  timeout: `landfall doctor ${recorded('03-nonconv-timeout')}`,
  'auto-converge': `landfall doctor ${recorded('04-autoconverge')}`,
  refused: `landfall doctor ${recorded('09-failed-pre-live-migration-image')}`,
  ok: `landfall doctor ${recorded('01-ok')}`,
  fleet: 'landfall doctor fleet',
  write: 'landfall doctor fleet --set live_migration_permit_auto_converge=true --write nova_override.conf',
}

/** docs/doctor.md with every answer as the program gives it now: between `<!-- doctor:NAME -->` and `<!-- /doctor -->`. */
export function withAnswers(page: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-doctor-page-'))
  try {
    cpSync(captures, folder, { recursive: true })
    for (const [path, text] of Object.entries(fleet)) {
      mkdirSync(dirname(join(folder, 'fleet', path)), { recursive: true })
      writeFileSync(join(folder, 'fleet', path), text)
    }
    return withMeanings(page).replaceAll(
      /(<!-- doctor:([\w-]+) -->\n)[^]*?(<!-- \/doctor -->)/g,
      (_all, begin: string, name: string, end: string) => {
        const question = questions[name]
        if (question === undefined) throw new Error(`docs/doctor.md asks for "${name}", which nothing answers`)
        return `${begin}\n\`\`\`console\n${answer(question, folder)}\n\`\`\`\n\n${end}`
      },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Every message that is understood, by whose it is, where the page asks for them. */
function withMeanings(page: string): string {
  const bySide = Map.groupBy(meanings, ({ side }) => side)
  const lines = [...bySide]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([side, those]) => {
      const once = new Map(those.map((each) => [each.which, each]))
      const said = [...once.values()].toSorted((a, b) => (a.which < b.which ? -1 : 1))
      return [
        `- **${side}**`,
        ...said.map(
          ({ which, words }) =>
            `  - \`${which}\`: ${words.replaceAll(/ ?\(\{1\}\)/g, '').replaceAll(/\{(\w+)\}/g, 'the $1')}`,
        ),
      ]
    })
  return page.replace(
    /(<!-- meanings -->\n)[^]*?(<!-- \/meanings -->)/,
    (_all, begin: string, end: string) => `${begin}\n${lines.join('\n')}\n\n${end}`,
  )
}

function answer(question: string, folder: string): string {
  const [, ...words] = question.split(' ')
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
  })
  if (status === null || ![0, 8].includes(status)) throw new Error(`${question} ended with ${status}: ${stderr}`)
  const lines = stdout.trimEnd().split('\n')
  return [`$ ${question}`, ...lines.flatMap(rowsOf), `(exit code ${status})`].join('\n')
}

/** As a terminal of that width shows it: broken between words, what follows a little further in. */
function rowsOf(line: string): string[] {
  const indent = ' '.repeat(/^ */.exec(line)?.[0].length ?? 0)
  const rows: string[] = []
  let rest = line
  while (rest.length > columns) {
    const at = rest.lastIndexOf(' ', columns)
    if (at <= indent.length + 2) break
    rows.push(rest.slice(0, at))
    rest = `${indent}  ${rest.slice(at + 1)}`
  }
  return [...rows, rest]
}
