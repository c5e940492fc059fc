import { expect, test } from 'vitest'
import { exactly } from '../../range.ts'
import { MiB } from '../../units.ts'
import { needsLinkAlone, writtenWhileSharing } from './sharing.ts'

const guest = {
  writeRate: exactly(6 * MiB),
  workingSetBytes: 128 * MiB,
  firstPassBytes: 512 * MiB,
  linkRate: exactly(46 * MiB),
}

test('a guest that writes all the while has more to be sent where its pass takes twice as long', () => {
  expect(writtenWhileSharing(guest, 2) / MiB).toBeCloseTo(31, 0)
})

test('nothing more is sent of one that has the link to itself, of one that writes nothing, or that has written all of its set', () => {
  expect(writtenWhileSharing(guest, 1)).toBe(0)
  expect(writtenWhileSharing({ ...guest, writeRate: exactly(0) }, 2)).toBeCloseTo(0)
  expect(writtenWhileSharing({ ...guest, workingSetBytes: 0 }, 2)).toBe(0)
  expect(writtenWhileSharing({ ...guest, writeRate: exactly(600 * MiB) }, 2)).toBeCloseTo(0)
})

const unstated = { linkBytesPerSecond: null, preparationMs: 1500 }

test('whoever writes fast, or would have to send much of it again, has the link to itself; a few pages rewritten fast are little', () => {
  const calm = { ...guest, writeRate: exactly(MiB), workingSetBytes: 64 * MiB }
  expect(needsLinkAlone(calm, 2, unstated)).toBe(false)
  expect(needsLinkAlone({ ...calm, writeRate: exactly(30 * MiB) }, 2, unstated)).toBe(true)
  expect(needsLinkAlone({ ...calm, writeRate: exactly(600 * MiB), workingSetBytes: 8 * MiB }, 2, unstated)).toBe(false)
  // Of 512 MiB 31 more would be sent.
  expect(needsLinkAlone(guest, 2, unstated)).toBe(true)
  expect(needsLinkAlone(guest, 1, unstated)).toBe(false)
})

test('a copy that is much longer than its preparation has a link to itself that it fills', () => {
  const idle = { ...guest, writeRate: exactly(0) }
  const full = { linkBytesPerSecond: 50e6, preparationMs: 1500 }
  expect(needsLinkAlone(idle, 2, full)).toBe(true)
  expect(needsLinkAlone(idle, 1, full)).toBe(false)
  expect(needsLinkAlone({ ...idle, firstPassBytes: 256 * MiB }, 2, full)).toBe(false)
  expect(needsLinkAlone(idle, 2, { ...full, linkBytesPerSecond: 1.25e9 })).toBe(false)
  expect(needsLinkAlone(idle, 2, unstated)).toBe(false)
})
