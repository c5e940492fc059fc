import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../../bin/landfall.mjs', import.meta.url))

function onFullDisk(words: readonly string[], stream: 'stdout' | 'stderr'): { code: number | null; other: string } {
  const full = openSync('/dev/full', 'w')
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe']
  stdio[stream === 'stdout' ? 1 : 2] = full
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { stdio, encoding: 'utf8' })
  closeSync(full)
  return { code: status, other: stream === 'stdout' ? stderr : stdout }
}

test('results that cannot be written are told once', () => {
  const { code, other } = onFullDisk(['doctor', '--json', program], 'stdout')
  expect([code, other]).toEqual([1, expect.stringMatching(/^landfall: the output cannot be written: ENOSPC.*\n$/)])
})

test('what is said beside the results may be lost', () => {
  expect(onFullDisk(['drain'], 'stderr').code).toBe(2)
})
