import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { headComment } from './arguments.ts'

test('a program’s help is the comment that it begins with', () => {
  expect(headComment('// What it does.\n//\n//   npm run it\n\nimport x\n// not this\n')).toBe(
    'What it does.\n\n  npm run it',
  )
})

const throttle = fileURLToPath(new URL('../throttle/throttle.ts', import.meta.url))

test('--help starts nothing and names the options; an unknown one ends with 2 and starts nothing either', () => {
  expect(execFileSync(process.execPath, [throttle, '--help'], { encoding: 'utf8' })).toMatch(
    /What QEMU's throttle[^]*Options: --seconds, --out/,
  )
  const wrong = spawnSync(process.execPath, [throttle, '--second', '3'], { encoding: 'utf8' })
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringMatching(/--second.*--help says what it takes/)])
})
