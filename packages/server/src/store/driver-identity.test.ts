import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isAlive, ownIdentity } from './driver-identity.ts'

test('this process is alive', () => {
  expect(isAlive(ownIdentity())).toBe(true)
})

test('a process that ended is not', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  expect(isAlive({ ...ownIdentity(), pid: child.pid ?? -1 })).toBe(false)
})

test('another process that got the same pid is not the driver', () => {
  expect(isAlive({ ...ownIdentity(), startTicks: '1' })).toBe(false)
})

test('a driver from before the last boot is dead', () => {
  expect(isAlive({ ...ownIdentity(), bootId: 'another boot' })).toBe(false)
})
