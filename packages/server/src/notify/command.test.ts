// Real programs: good, slow, failing, and ones that leave something behind.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commandTarget } from './command.ts'
import { switchover } from './notification.ts'
import type { Attempt } from './outbox.ts'

const notification = switchover({ id: 'm1', guest: 'web1; rm -rf $HOME' }, null, 1000)
const never = new AbortController().signal

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const noted = (name: string): string => {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return ''
  }
}

/** Runs that text of a shell as a hook, in the folder. */
function run(script: string, { limit = never, stopped = never } = {}): Promise<Attempt> {
  const path = join(folder, 'hook')
  writeFileSync(path, `#!/bin/sh\ncd "$(dirname "$0")"\n${script}\n`, { mode: 0o700 })
  const config = { name: 'hook', events: ['switchover'], run: [path, '$HOME'], timeoutMs: 5000 } as const
  return commandTarget(config, () => limit).send(notification, stopped)
}

const isGone = (pid: string): boolean => {
  try {
    process.kill(Number(pid), 0)
    // A zombie waits for whoever adopted it.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${Number(pid)}/status`, 'utf8'))
  } catch {
    return true
  }
}
const untilNoted = (name: string) => expect.poll(() => noted(name), { interval: 5, timeout: 20_000 }).toMatch(/\d\n/)
const expectGone = (name: string) => {
  expect(Number(noted(name))).toBeGreaterThan(1)
  return expect.poll(() => isGone(noted(name)), { interval: 5, timeout: 20_000 }).toBe(true)
}

test('it reads the notification on stdin; what it is about is in its environment, and no secret of the service', async () => {
  vi.stubEnv('LANDFALL_STORE', 'postgres://landfall:hidden@db/landfall')
  expect(await run('cat > body; env > env; echo "$1" > argument')).toEqual({ kind: 'delivered' })
  expect(JSON.parse(noted('body'))).toMatchObject({ type: 'switchover', data: { migration: 'm1' } })
  expect(noted('env')).toContain('LANDFALL_EVENT=switchover\n')
  expect(noted('env')).toContain('LANDFALL_GUEST=web1; rm -rf $HOME\n')
  expect(noted('env')).not.toContain('hidden')
  expect(noted('argument')).toBe('$HOME\n')
})

test('one that ends without reading is told all the same', async () => {
  expect(await run('exec true')).toEqual({ kind: 'delivered' })
})

test('one that fails is told with its exit code and its last words, and not run again', async () => {
  expect(await run('echo "no such\nsilence" >&2; exit 3')).toEqual({
    kind: 'failed',
    why: 'it ended with exit code 3: no such silence',
    mayRetry: false,
  })
  expect(await run('kill -9 $$')).toMatchObject({ why: 'it was ended by SIGKILL' })
})

test('one that is not there is told so', async () => {
  const gone = commandTarget({ name: 'hook', events: ['ended'], run: [join(folder, 'none')], timeoutMs: 1000 })
  expect(await gone.send(notification, never)).toMatchObject({ why: 'it could not be started (ENOENT)' })
})

test('at its limit it is ended, with what it has started, even where it does not want to be', async () => {
  const limit = new AbortController()
  const attempt = run('trap "" TERM; echo $$ > own; sleep 600 & echo $! > child; wait', { limit: limit.signal })
  await untilNoted('child')
  limit.abort()
  expect(await attempt).toMatchObject({ why: 'it took longer than 5000 ms and was ended' })
  await expectGone('own')
  await expectGone('child')
})

test('what one that ended well has left running is ended, too', async () => {
  expect(await run('sleep 600 & echo $! > child')).toEqual({ kind: 'delivered' })
  await expectGone('child')
})

test('it is ended with the service', async () => {
  const stop = new AbortController()
  const attempt = run('echo $$ > own; exec sleep 600', { stopped: stop.signal })
  await untilNoted('own')
  stop.abort()
  expect(await attempt).toMatchObject({ kind: 'failed' })
  await expectGone('own')
})
