import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
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

test('one that was killed and is still listed, since its parent has not asked for it, is dead', async () => {
  // The shell becomes a program that never asks for the child which the shell has begun.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  try {
    const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
    const driver = { ...ownIdentity(), pid, startTicks: stat()[21] ?? '' }
    expect(isAlive(driver)).toBe(true)
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => stat()[2]).toBe('Z')
    expect(isAlive(driver)).toBe(false)
  } finally {
    parent.kill('SIGKILL')
  }
})
