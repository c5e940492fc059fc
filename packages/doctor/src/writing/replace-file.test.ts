import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { readForReplacing, replaceFile } from './replace-file.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-replace-'))
afterAll(() => rmSync(root, { recursive: true }))
const now = new Date('2026-11-24T20:15:00.000Z')

let folders = 0
function inFolder(text: string): { folder: string; path: string } {
  folders += 1
  const folder = join(root, String(folders))
  mkdirSync(folder)
  const path = join(folder, 'nova_override.conf')
  writeFileSync(path, text)
  return { folder, path }
}
const replace = (path: string, text: string): string | null =>
  replaceFile(readForReplacing(path), Buffer.from(text), now).backup

describe('a file is replaced', () => {
  test('whole, with a copy of the old beside it, and nothing else', () => {
    const { folder, path } = inFolder('old\n')
    expect(replace(path, 'new\n')).toBe(join(folder, 'nova_override.conf.bak-20261124T201500Z'))
    expect(readdirSync(folder).toSorted()).toEqual(['nova_override.conf', 'nova_override.conf.bak-20261124T201500Z'])
    expect(readFileSync(path, 'utf8')).toBe('new\n')
    expect(readFileSync(`${path}.bak-20261124T201500Z`, 'utf8')).toBe('old\n')
  })

  test('and keeps its mode and its owner, and so does the copy', () => {
    const { path } = inFolder('old\n')
    chmodSync(path, 0o4604)
    const { uid, gid } = statSync(path)
    const backup = replace(path, 'new\n') ?? ''
    expect(statSync(path)).toMatchObject({ uid, gid })
    expect([path, backup].map((each) => (statSync(each).mode & 0o7777).toString(8))).toEqual(['4604', '4604'])
  })

  test.runIf(process.getuid?.() === 0)('also an owner that is not ours', () => {
    const { path } = inFolder('old\n')
    const before = readForReplacing(path)
    replaceFile(before, Buffer.from('x\n'), now)
    expect(statSync(path)).toMatchObject({ uid: 0 })
  })

  test('where a link leads, and the link stays', () => {
    const { folder, path } = inFolder('old\n')
    const link = join(folder, 'link.conf')
    symlinkSync('nova_override.conf', link)
    replace(link, 'new\n')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(lstatSync(path).isFile()).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('new\n')
  })

  test('twice in a second, and both copies are there', () => {
    const { folder, path } = inFolder('one\n')
    replace(path, 'two\n')
    replace(path, 'three\n')
    const copies = readdirSync(folder)
      .filter((name) => name.includes('.bak-'))
      .toSorted()
    expect(copies.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['one\n', 'two\n'])
  })

  test('one that is not there yet is made, as its neighbour is', () => {
    const { folder, path: neighbour } = inFolder('x\n')
    chmodSync(neighbour, 0o600)
    const path = join(folder, 'new.conf')
    expect(replaceFile(readForReplacing(path), Buffer.from('new\n'), now, neighbour)).toEqual({ backup: null })
    expect(statSync(path).mode & 0o7777).toBe(0o600)
  })
})

test('what a killed run left is cleared away, what another run is writing is not', () => {
  const { folder, path } = inFolder('old\n')
  const dead = spawnSync('true').pid
  for (const pid of [dead, process.ppid]) writeFileSync(join(folder, `.nova_override.conf.landfall-${pid}-1`), 'half')
  replace(path, 'new\n')
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([
    `.nova_override.conf.landfall-${process.ppid}-1`,
  ])
})

describe('a file is left as it is', () => {
  test('when somebody else changed it meanwhile', () => {
    const { folder, path } = inFolder('old\n')
    const before = readForReplacing(path)
    writeFileSync(path, 'theirs\n')
    expect(() => replaceFile(before, Buffer.from('new\n'), now)).toThrow(/changed by somebody else meanwhile/)
    expect(readFileSync(path, 'utf8')).toBe('theirs\n')
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('when it has a second name, is a folder, or its link leads nowhere', () => {
    const { folder, path } = inFolder('old\n')
    linkSync(path, join(folder, 'second.conf'))
    expect(() => readForReplacing(path)).toThrow(/2 names/)
    expect(() => readForReplacing(folder)).toThrow(/no regular file/)
    symlinkSync('nowhere', join(folder, 'dangling.conf'))
    expect(() => readForReplacing(join(folder, 'dangling.conf'))).toThrow(/cannot be written: no such file/)
    expect(() => readForReplacing(join(folder, 'no/such/folder.conf'))).toThrow(/cannot be written/)
  })
})

const writer = fileURLToPath(new URL('testing/write-forever.ts', import.meta.url))
type Writer = ChildProcessByStdio<Writable, Readable, null>
/** A start of Node each. */
const rounds = Number(process.env['LANDFALL_KILLS'] ?? 6)
const files = 100
/** Writers that are started before they are needed: starting one takes longer than what it is killed in. */
const ahead = 3

test(`killed ${rounds} times while it writes ${files} files: each is whole, and nothing is left behind`, async () => {
  // A disk that is busy would only make it wait: what a kill leaves does not depend on what was flushed.
  const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : root, 'landfall-killed-'))
  onTestFinished(() => rmSync(memory, { recursive: true, force: true }))
  const folder = join(memory, 'fleet')
  const comments = '# a line that has to stay as it is\n'.repeat(100)
  const text = (value: string): string => `${comments}[libvirt]\nlive_migration_downtime = ${value}\n${comments}`
  const hosts = Array.from({ length: files }, (_, index) => join(folder, `cmp${index}`))
  for (const host of hosts) {
    mkdirSync(host, { recursive: true })
    writeFileSync(join(host, 'nova_override.conf'), text('500'))
  }
  const start = async (round: number): Promise<Writer> => {
    const child = spawn(process.execPath, ['--no-warnings', writer, folder, String(round)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(memory, 'compiled') },
    })
    child.stdin.on('error', () => undefined)
    await once(child.stdout, 'data')
    return child
  }
  // The first ends by itself, and leaves what it compiled to the others.
  const first = await start(0)
  const ended = once(first, 'close')
  first.stdin.end()
  await ended
  const waiting = Array.from({ length: ahead }, (_, round) => start(round))
  let written = 0
  const torn: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const child = await (waiting[round] ?? start(round))
    if (round + ahead < rounds) waiting.push(start(round + ahead))
    const closed = once(child, 'close')
    child.stdin.write('go\n')
    await once(child.stdout, 'data')
    await after(Math.random() * 25)
    child.kill('SIGKILL')
    await closed
    for (const host of hosts) {
      for (const name of readdirSync(host).filter((each) => !each.startsWith('.'))) {
        const content = readFileSync(join(host, name), 'utf8')
        const value = /^live_migration_downtime = (\d+)$/m.exec(content)?.[1] ?? ''
        if (content !== text(value)) torn.push(join(host, name))
        if (name.includes('.bak-')) {
          written += 1
          rmSync(join(host, name))
        }
      }
    }
  }
  expect(torn).toEqual([])
  // It was killed at its work, not before it.
  expect(written).toBeGreaterThan(rounds)
  const left = (): string[] => hosts.flatMap((host) => readdirSync(host).filter((name) => name.startsWith('.')))
  for (const host of hosts) replace(join(host, 'nova_override.conf'), text('500'))
  expect(left()).toEqual([])
}, 600_000)
