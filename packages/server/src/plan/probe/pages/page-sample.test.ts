import { LibvirtClientError } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { samplePages } from './page-sample.ts'

const description = { arch: 'x86_64', machine: 'pc-q35-10.0', memoryBytes: 8 * 1024 ** 3, memoryDevices: 0 }

/** A clock that goes on by so much at every look. */
const ticking = (stepMs: number) => {
  let at = 0
  return { now: () => (at += stepMs), sleep: async () => {} }
}
const answering = (answer: (offset: number) => Uint8Array) => {
  const asked: number[] = []
  const memoryPeek = async (offset: number): Promise<Uint8Array> => {
    asked.push(offset)
    return answer(offset)
  }
  return { asked, memoryPeek }
}

test('reads from all over the memory, so often and no more', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  const content = await samplePages(domain, description, ticking(1))
  expect(content?.sampledPages).toBe(256 * 16)
  expect(content?.zeroShare.likely).toBe(1)
  expect(domain.asked.filter((offset) => offset < 4 * 1024 ** 3).length / 256).toBeCloseTo(0.25, 1)
})

test('few places tell how long a stretch of memory is, wherever they begin', async () => {
  const from = 5 * 1024 ** 3
  const bytes = (description.memoryBytes - 1024 ** 2) * 0.1
  for (const start of [0, 0.3, 0.7]) {
    const domain = answering((offset) => new Uint8Array(65_536).fill(offset >= from && offset < from + bytes ? 0 : 1))
    const content = await samplePages(domain, description, ticking(8), { random: () => start })
    expect(domain.asked.length).toBeLessThan(80)
    expect(content?.zeroShare.likely).toBeCloseTo(0.1, 1.5)
  }
})

test('a slow host is asked for as long as there is time, and what came is used', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  const content = await samplePages(domain, description, ticking(20))
  expect(content?.sampledPages).toBeLessThanOrEqual(50 * 16)
  expect(content).not.toBeNull()
})

test('a host that refuses is not asked for long, and nothing is claimed', async () => {
  const domain = answering(() => {
    throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', 'not today')
  })
  expect(await samplePages(domain, description, ticking(1))).toBeNull()
  expect(domain.asked.length).toBeLessThan(10)
})

test('nothing is read from a machine whose map is not known', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  expect(await samplePages(domain, { ...description, machine: 'virt-10.0' }, ticking(1))).toBeNull()
  expect(domain.asked).toEqual([])
})

/** Each read takes so long; of each page so many bytes are others by then. */
const watched = (readMs: number, changedBytesAt: (ms: number) => number) => {
  let at = 0
  let reads = 0
  const clock = {
    now: () => at,
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (signal?.aborted !== true) at += ms
    },
  }
  const memoryPeek = async (): Promise<Uint8Array> => {
    const changed = changedBytesAt(at)
    at += readMs
    reads++
    const bytes = new Uint8Array(65_536)
    for (let page = 0; page < 16; page++) bytes.fill(1, page * 4096, page * 4096 + changed)
    return bytes
  }
  return { clock, domain: { memoryPeek }, now: () => at, reads: () => reads }
}
const afterTheFirstLook = (ms: number): number => (ms < 1400 ? 0 : 1)

const shareOfReads = async (readMs: number): Promise<number> => {
  const { clock, domain, now, reads } = watched(readMs, () => 0)
  await samplePages(domain, description, clock)
  return (reads() * readMs) / now()
}

test('after each read the guest is left alone for some time, and for less where the host is slow', async () => {
  expect(await shareOfReads(2)).toBeCloseTo(1 / 6)
  expect(await shareOfReads(60)).toBeCloseTo(0.6)
})

test('no look takes longer where the wall clock is set back meanwhile', async () => {
  const { clock, domain, now } = watched(4, () => 0)
  const setBack = { ...clock, now: () => now() - (now() < 500 ? 0 : 3_600_000), steady: now }
  await samplePages(domain, description, setBack, { againWithinMs: 3400 })
  expect(now()).toBeLessThanOrEqual(3400)
})

test('a second look sees how pages change, and ends when it was told to', async () => {
  const { clock, domain, now, reads } = watched(1, afterTheFirstLook)
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  const pieces = (content?.sampledPages ?? 0) / 16
  expect(pieces).toBeGreaterThan(100)
  expect(content?.deltas?.changedPages).toBe(pieces * 16)
  expect(content?.deltas?.share.likely).toBeCloseTo(14 / 4096)
  // Half as many were looked at again in the first look, which took two fifths of the time; the second ends with the time.
  expect(reads()).toBe(2.5 * pieces + 0.5)
  expect(content?.deltas?.apartMs).toBeGreaterThan(1200)
  expect(content?.deltas?.apartMs).toBeLessThan(3400 - 1360)
  expect(content?.deltas).not.toHaveProperty('soon')
  expect(now()).toBeLessThanOrEqual(3400)
})

test('pages that are looked at again within the first look tell how much less has changed by then', async () => {
  const { clock, domain } = watched(1, (ms) => Math.floor(ms / 2))
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  const soon = content?.deltas?.soon
  expect(soon?.changedPages).toBeCloseTo((content?.sampledPages ?? 0) / 2, -2)
  expect(soon?.apartMs).toBeGreaterThanOrEqual(300)
  expect(soon?.apartMs).toBeLessThan(320)
  expect(soon?.share.likely).toBeCloseTo((150 + 13) / 4096, 2)
  expect(content?.deltas?.share.likely).toBeGreaterThan(0.2)
})

test('ended in its midst, a second look tells of the pieces that it came to', async () => {
  const { clock, domain, now } = watched(6, (ms) => (ms < 2000 ? 0 : 1))
  const over = new AbortController()
  const memoryPeek = (): Promise<Uint8Array> => {
    if (now() >= 2500) over.abort()
    return domain.memoryPeek()
  }
  const looks = { againWithinMs: 3400, over: over.signal }
  const content = await samplePages({ memoryPeek }, description, clock, looks)
  expect(content?.deltas?.changedPages).toBeLessThan((content?.sampledPages ?? 0) * 0.75)
  expect(content?.deltas?.changedPages).toBeGreaterThan(30)
  expect(now()).toBeLessThan(2600)
})

test('what it would run beside being over, there is no second look', async () => {
  const { clock, domain, now } = watched(1, afterTheFirstLook)
  const over = AbortSignal.abort()
  expect(await samplePages(domain, description, clock, { againWithinMs: 3400, over })).not.toHaveProperty('deltas')
  expect(now()).toBeLessThan(1400)
})

test('a guest that rested until the second look is looked at once more at the end', async () => {
  const { clock, domain, now } = watched(1, (ms) => (ms < 4950 ? 0 : 4096))
  const content = await samplePages(domain, description, clock, { againWithinMs: 6000, againAfterMs: 2500 })
  expect(content?.deltas?.changedPages).toBeGreaterThan(40 * 16)
  expect(now()).toBeGreaterThan(5000)
  expect(now()).toBeLessThanOrEqual(6000)
})

test('a guest that was not seen to change tells nothing of deltas', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  const content = await samplePages(domain, description, ticking(1), { againWithinMs: 8000 })
  expect(content).not.toBeNull()
  expect(content).not.toHaveProperty('deltas')
})
