import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Examination } from '../examine.ts'
import { asked, fixture } from './answers.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-variants-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Folders of hosts, each with its log by Nova's own name. */
const cases = readdirSync(fixture('cases')).flatMap((name) =>
  readdirSync(fixture(`cases/${name}`)).includes('hosts') ? [{ name, folder: fixture(`cases/${name}/hosts`) }] : [],
)

const said = ({ migrations }: Examination): readonly unknown[] =>
  migrations.map(({ kind, from, to, outcome, causes, guest, orphan }) => ({
    kind,
    from,
    to,
    outcome,
    causes: causes.map(({ code, which, explained }) => ({ code, which, explained: explained?.which })),
    guest: guest && { where: guest.where, host: guest.host },
    orphan: orphan?.host,
  }))

const packed = (lines: readonly string[]): Buffer => gzipSync(`${lines.join('\n')}\n`)

type Change = (lines: readonly string[], host: string) => readonly (readonly [name: string, bytes: Buffer])[]
const whole = (name: string, lines: readonly string[]): readonly (readonly [string, Buffer])[] => [
  [name, Buffer.from(`${lines.join('\n')}\n`)],
]

/** As a stranger's files may be; what they tell is the same. */
const changes: Readonly<Record<string, Change>> = {
  'rotated in three, two of them packed': (lines) => {
    // A record is written at once, with its traceback: rotation does not part it.
    const between = (from: number): number => {
      const found = lines.findIndex((line, at) => at >= from && line.slice(0, 23) !== lines[at - 1]?.slice(0, 23))
      return found === -1 ? lines.length : found
    }
    const [a, b] = [between(Math.floor(lines.length / 3)), between(Math.floor((2 * lines.length) / 3))]
    return [
      ['nova-compute.log.2.gz', packed(lines.slice(0, a))],
      ['nova-compute.log.1.gz', packed(lines.slice(a, b))],
      ...whole('nova-compute.log', lines.slice(b)),
    ]
  },
  "a journal's export": (lines, host) =>
    whole(
      'nova-compute.log',
      lines.map((line) => JSON.stringify({ _HOSTNAME: host, SYSLOG_IDENTIFIER: 'nova-compute', MESSAGE: line })),
    ),
  "a pod's log": (lines) =>
    whole(
      'nova-compute.log',
      lines.map((line) => `2026-01-01T00:00:00.000000000Z stdout F ${line}`),
    ),
  "a container runtime's file": (lines) =>
    whole(
      'nova-compute.log',
      lines.map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-01-01T00:00:00.000Z' })),
    ),
  'ends of lines as Windows has them': (lines) =>
    whole(
      'nova-compute.log',
      lines.map((line) => `${line}\r`),
    ),
}

function changed(folder: string, change: Change, name: string): string {
  const copy = join(root, name)
  cpSync(folder, copy, { recursive: true })
  for (const path of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
    if (!/nova-compute\.log(?:\.gz)?$/.test(path)) continue
    const full = join(copy, path)
    const bytes = readFileSync(full)
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd()
    rmSync(full)
    for (const [file, content] of change(text.split('\n'), basename(dirname(full))))
      writeFileSync(join(dirname(full), file), content)
  }
  return copy
}

const answers = new Map<string, readonly unknown[]>()
async function saidOf(folder: string): Promise<readonly unknown[]> {
  const known = answers.get(folder) ?? said(await asked({ paths: [folder] }))
  answers.set(folder, known)
  return known
}

describe.each(Object.entries(changes))('%s', (kind, change) => {
  test.each(cases)('$name: the same is said', async ({ name, folder }) => {
    const copy = changed(folder, change, `${kind}-${name}`)
    expect(said(await asked({ paths: [copy] }))).toEqual(await saidOf(folder))
  })
})
