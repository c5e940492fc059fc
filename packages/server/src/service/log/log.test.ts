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
  const ended = spawnSync(process.execPath, words, { stdio, encoding: 'utf8', timeout: 20_000 })
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
