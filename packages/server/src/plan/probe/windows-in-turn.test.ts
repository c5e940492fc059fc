import { LibvirtClientError } from '@landfall/libvirt'
import type { DirtyWindow } from '@landfall/core'
import { expect, test } from 'vitest'
import { windowsInTurn } from './windows-in-turn.ts'

const windowOf = (windowMs: number): DirtyWindow => ({ windowMs, dirtyBytes: 4096, kind: 'page-sampling' })

test('all windows, without an obstacle', async () => {
  const probed = await windowsInTurn([1, 2], 's', (length) => Promise.resolve(windowOf(length)))
  expect(probed).toEqual({ windows: [windowOf(1), windowOf(2)], obstacle: null })
})

test('one that does not end is the last, and what was seen before it counts', async () => {
  const probed = await windowsInTurn([1, 2, 3], 'ms', (length) =>
    Promise.resolve(length === 2 ? null : windowOf(length)),
  )
  expect(probed).toEqual({ windows: [windowOf(1)], obstacle: 'the measurement over 2 ms did not end in time' })
})

test("libvirt's refusal is an obstacle, any other error is none", async () => {
  const refused = new LibvirtClientError('LIBVIRT_TIMEOUT', 'no answer')
  expect(await windowsInTurn([1], 's', () => Promise.reject(refused))).toEqual({ windows: [], obstacle: 'no answer' })
  await expect(windowsInTurn([1], 's', () => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
})
