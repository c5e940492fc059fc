import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, test } from 'vitest'

import { identify, isAlive, kill, parseStartTicks } from './processes.ts'

const tail = '1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 776655 100'

test('a start time is read whatever the process calls itself', () => {
  expect(parseStartTicks(`42 (a) b) S) S ${tail}`)).toBe(776655)
})

test('a zombie runs no longer', () => {
  expect(parseStartTicks(`42 (sleep) Z ${tail}`)).toBeNull()
})

test('a process is known until it ends, and its pid alone is not enough', async () => {
  const child = spawn('sleep', ['60'])
  const identity = identify(child.pid ?? 0)
  expect(identity).not.toBeNull()
  if (identity === null) return
  const namesake = { pid: identity.pid, startTicks: identity.startTicks - 1 }
  expect(isAlive(identity)).toBe(true)
  expect(isAlive(namesake)).toBe(false)
  kill(namesake)
  expect(isAlive(identity)).toBe(true)
  kill(identity)
  await once(child, 'exit')
  expect(isAlive(identity)).toBe(false)
})
