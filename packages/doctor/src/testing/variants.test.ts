import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Examination } from '../examine.ts'
import { asked, fixture } from './answers.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-variants-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Two logs beside each other, as the case has them, in folders of their own. */
function inFolders(name: string, logs: Readonly<Record<string, string>>): string {
  const folder = join(root, `whole-${name}`)
  for (const [host, log] of Object.entries(logs)) {
    mkdirSync(join(folder, host), { recursive: true })
    cpSync(fixture(`cases/${name}/${log}`), join(folder, host, 'nova-compute.log'))
  }
  return folder
}

/** Each case's folder of hosts or logs, each log by Nova's own name. */
const cases = readdirSync(fixture('cases')).map((name) => {
  const inside = readdirSync(fixture(`cases/${name}`))
  if (inside.includes('s.log')) return { name, folder: inFolders(name, { nova1: 's.log', nova2: 'd.log' }) }
  const below = ['hosts', 'logs'].find((each) => inside.includes(each))
  return { name, folder: fixture(`cases/${name}${below === undefined ? '' : `/${below}`}`) }
})

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

/** Each record as oslo.log's JSONFormatter writes it; a line that is none stays as it is. */
function asJson(lines: readonly string[]): readonly string[] {
  const records: Record<string, unknown>[] = []
  const others: string[] = []
  for (const line of lines) {
    const [, asctime, process, levelname, name, , request, instance = '', message] =
      /^(\d{4}-\d\d-\d\d [\d:.]+) (\d+) ([A-Z]+) ([\w.]+) (?:\[([^\]]*?(req-[0-9a-f-]+)[^\]]*|-)\] )?(?:(\[instance: [0-9a-f-]+\]) )?(.*)$/.exec(
        line,
      ) ?? []
    const last = records.at(-1)
    const below =
      /^(?: |Traceback|Command:|Exit code:|Std(?:out|err):|[\w.]*(?:Error|Exception|Failed|Invalid\w*|NotFound)\b)/
    const goesOn = last?.['asctime'] === asctime && last?.['name'] === name && below.test(message ?? '')
    if (message === undefined && last !== undefined && !/^\d{4}-/.test(line))
      last['message'] = `${String(last['message'])}\n${line}`
    else if (message === undefined) others.push(line)
    else if (last !== undefined && goesOn && request === undefined) {
      last['traceback'] = [...((last['traceback'] as string[] | undefined) ?? []), message]
    } else {
      const context = request === undefined ? {} : { request_id: request }
      records.push({ message, asctime, process, levelname, name, context, extra: { instance } })
    }
  }
  return [...records.map((record) => JSON.stringify(record)), ...others]
}

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
  "oslo.log's JSON": (lines) => whole('nova-compute.log', asJson(lines)),
  'ends of lines as Windows has them': (lines) =>
    whole(
      'nova-compute.log',
      lines.map((line) => `${line}\r`),
    ),
}

function changed(folder: string, change: Change, name: string): string {
  const copy = join(root, name, basename(folder))
  cpSync(folder, copy, { recursive: true })
  for (const path of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
    if (!/nova-(?:compute|conductor)\.log(?:\.gz)?$/.test(path)) continue
    const full = join(copy, path)
    const bytes = readFileSync(full)
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd()
    rmSync(full)
    for (const [file, content] of change(text.split('\n'), basename(dirname(full))))
      writeFileSync(join(dirname(full), file.replace('nova-compute', basename(path).replace(/\.log.*$/, ''))), content)
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

test.each(cases)('$name at INFO: nothing is said that DEBUG does not say', async ({ name, folder }) => {
  const copy = changed(
    folder,
    (lines) =>
      whole(
        'nova-compute.log',
        lines.filter((line) => !/^[\d-]+ [\d:.]+ \d+ DEBUG /.test(line)),
      ),
    `info-${name}`,
  )
  const before = await asked({ paths: [folder] })
  // Every half minute something is said at INFO: 50 s without a line are no gap there, and that it was aborted is known.
  const more = name.startsWith('33-') ? ['aborted-by-operator'] : []
  const causes = new Set([...before.migrations.flatMap((each) => each.causes.map(({ code }): string => code)), ...more])
  for (const { instance, outcome, causes: found } of (await asked({ paths: [copy] })).migrations) {
    const same = before.migrations.filter((each) => each.instance === instance)
    expect([...same.map((each) => each.outcome), 'running', 'unknown']).toContain(outcome)
    expect(found.filter(({ code }) => !causes.has(code))).toEqual([])
  }
})

test.each(cases)('$name with other names of hosts: the same is said of those', async ({ name, folder }) => {
  const before = await asked({ paths: [folder] })
  const names = before.migrations
    .flatMap(({ from, to }) => [from, to])
    .concat(before.hosts.map(({ host }) => host))
    .filter((host) => host !== null && host.length > 1)
  // The long one before the short one that it begins with.
  const known = [...new Set(names.flatMap((host) => [host ?? '', (host ?? '').split('.')[0] ?? '']))].sort(
    (a, b) => b.length - a.length,
  )
  const other = (text: string): string =>
    known.reduce(
      (so, host, index) =>
        so.replaceAll(
          new RegExp(`(?<![\\w-])${host.replaceAll('.', String.raw`\.`)}(?![\\w-])`, 'g'),
          `rack7-blade${index}`,
        ),
      text,
    )
  const copy = join(root, `renamed-${name}`, other(basename(folder)))
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const from = join(folder, path)
    if (!statSync(from).isFile()) continue
    const bytes = readFileSync(from)
    const text = other((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
    const to = join(copy, other(dirname(path)), basename(path))
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, path.endsWith('.gz') ? gzipSync(text) : text)
  }
  expect(said(await asked({ paths: [copy] }))).toEqual(JSON.parse(other(JSON.stringify(said(before)))))
})
