import { expect, test } from 'vitest'
import { driver, guestA, say } from '../../testing/lines/nova-lines.ts'

test('what is at hand of the driver is what these lines are written with', () => {
  expect(say(0, 'x', { logger: driver }).text).toBe(
    `2026-11-23 06:00:00.000 8871 INFO nova.virt.libvirt.driver [-] [instance: ${guestA}] x`,
  )
})
