import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'

const place = JSON.stringify(new URL('log.ts', import.meta.url).href)
/** Logs, goes on, logs again and ends, as a service does. */
const service = (goesOn: string): string => `
  const { createLog } = await import(${place})
  const lost = Promise.withResolvers()
  const log = createLog('info', (error) => {
    console.error(error.code)
    lost.resolve()
  })
  log.info('starting')
  ${goesOn}
  log.info('stopping')
  process.exit(0)
`

function run(stdout: number | 'pipe', goesOn = '') {
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', stdout, 'pipe']
  const words = ['--input-type=module', '--eval', service(goesOn)]
  // Killed where it never ends.
  const ended = spawnSync(process.execPath, words, { stdio, encoding: 'utf8', timeout: 20_000, maxBuffer: 2 ** 24 })
  return { status: ended.status, lost: ended.stderr, lines: ended.stdout }
}

test('a log that cannot be written is told, and neither ends the process nor keeps it from its end', () => {
  const full = openSync('/dev/full', 'w')
  const { status, lost } = run(full, 'await lost.promise')
  closeSync(full)
  expect([status, lost]).toEqual([0, expect.stringMatching(/^(ENOSPC\n)+$/)])
})

test('one that can be written has the last line, too', () => {
  const { status, lost, lines } = run('pipe')
  expect([status, lost]).toEqual([0, ''])
  // What is being written when a process ends comes after what still waited.
  expect(
    lines
      .trim()
      .split('\n')
      .toSorted((one, other) => one.localeCompare(other)),
  ).toEqual([expect.stringContaining('"msg":"starting"'), expect.stringContaining('"msg":"stopping"')])
})

test('a log goes on once there is room again, and tells how many lines are missing', () => {
  const fullForLong = `
    const { default: fs } = await import('node:fs')
    const { write } = fs
    const told = Promise.withResolvers()
    let isFull = true
    fs.write = (fd, text, ...more) => {
      if (String(text).includes('are missing')) told.resolve()
      if (!isFull) return write(fd, text, ...more)
      setImmediate(() => more.at(-1)(Object.assign(new Error('no room'), { code: 'ENOSPC' })))
    }
    // Long ones until no more wait, and short ones until nothing fits beside them.
    for (const [count, length] of [[300, 2 ** 14], [300, 1]])
      for (let line = 0; line < count; line++) {
        log.info('x'.repeat(length))
        await new Promise((resolve) => setImmediate(resolve))
      }
    isFull = false
    log.info('there is room')
    await told.promise`
  const { status, lines } = run('pipe', fullForLong)
  const written = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly lines?: number })
  const missing = written.filter(({ msg }) => msg.includes('are missing'))
  expect([status, missing.length]).toEqual([0, 1])
  // "starting", all of them, "there is room" and "stopping"; the one that tells of it comes besides.
  expect(written.length - 1 + (missing[0]?.lines ?? 0)).toBe(603)
  expect(missing[0]?.lines).toBeGreaterThan(40)
})
