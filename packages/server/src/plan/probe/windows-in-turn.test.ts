import { LibvirtClientError } from '@landfall/libvirt'
import type { DirtyWindow } from '@landfall/core'
import { expect, test } from 'vitest'
import { windowsInTurn } from './windows-in-turn.ts'

const untold = () => Promise.resolve({ atMs: 0, vcpus: [] })

const windowOf = (windowMs: number): DirtyWindow => ({ windowMs, dirtyBytes: 4096, kind: 'page-sampling' })

test('all windows, without an obstacle', async () => {
  const probed = await windowsInTurn([1, 2], 's', (length) => Promise.resolve(windowOf(length)), untold)
  expect(probed).toEqual({ windows: [windowOf(1), windowOf(2)], obstacle: null })
})

test('one that does not end is the last, and what was seen before it counts', async () => {
  const measure = (length: number) => Promise.resolve(length === 2 ? null : windowOf(length))
  const probed = await windowsInTurn([1, 2, 3], 'ms', measure, untold)
  expect(probed).toEqual({ windows: [windowOf(1)], obstacle: 'the measurement over 2 ms did not end in time' })
})

test("libvirt's refusal is an obstacle, any other error is none", async () => {
  const refused = new LibvirtClientError('LIBVIRT_TIMEOUT', 'no answer')
  expect(await windowsInTurn([1], 's', () => Promise.reject(refused), untold)).toEqual({
    windows: [],
    obstacle: 'no answer',
  })
  await expect(windowsInTurn([1], 's', () => Promise.reject(new TypeError('ours')), untold)).rejects.toThrow('ours')
})

test('of a window in which the vCPUs waited for a core of the host, that is told', async () => {
  const waited = [0, 0.6e9, 0.6e9]
  let atMs = -1000
  const busyTime = () => {
    atMs += 1000
    return Promise.resolve({ atMs, vcpus: [{ ranNs: 0, waitedNs: waited.shift() ?? 0 }] })
  }
  const { windows } = await windowsInTurn([1000, 1000], 'ms', (length) => Promise.resolve(windowOf(length)), busyTime)
  expect(windows.map((window) => window.waitedShare)).toEqual([0.6, 0])
})
