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
  let place = 0
  const content = await samplePages(domain, description, ticking(1), {
    random: () => (place += 0.618) % 1,
  })
  expect(content?.sampledPages).toBe(512 * 16)
  expect(content?.zeroShare.likely).toBe(1)
  expect(domain.asked.filter((offset) => offset < 4 * 1024 ** 3).length / 512).toBeCloseTo(0.25, 1)
})

test('a slow host is asked for as long as there is time, and what came is used', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  const content = await samplePages(domain, description, ticking(50))
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
  const sleeps: number[] = []
  const clock = {
    now: () => at,
    sleep: async (ms: number, signal?: AbortSignal) => {
      sleeps.push(ms)
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
  return { clock, sleeps, domain: { memoryPeek }, now: () => at, reads: () => reads }
}
const afterOneSecond = (ms: number): number => (ms < 1000 ? 0 : 1)

// At 1 ms each, 201 of the 512 pieces are looked at again 300 ms after they were read: the first look takes 713 ms.
const lookedAgain = 201
const firstLookMs = 512 + lookedAgain

test('a second look sees how pages change, and ends when it was told to', async () => {
  const { clock, sleeps, domain, now, reads } = watched(1, afterOneSecond)
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  expect(content?.deltas?.changedPages).toBe(512 * 8)
  expect(content?.deltas?.share.likely).toBeCloseTo(14 / 4096)
  expect(content?.deltas?.apartMs).toBeGreaterThan(3400 - firstLookMs - lookedAgain)
  expect(content?.deltas?.apartMs).toBeLessThan(3400 - firstLookMs)
  expect(content?.deltas).not.toHaveProperty('soon')
  expect([sleeps, reads()]).toEqual([[3400 - 2 * firstLookMs], firstLookMs + 512])
  expect(now()).toBeLessThanOrEqual(3400)
})

test('pages that are looked at again within the first look tell how much less has changed by then', async () => {
  const { clock, domain } = watched(1, (ms) => Math.floor(ms / 2))
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  expect(content?.deltas?.soon).toMatchObject({ changedPages: lookedAgain * 8 })
  expect(content?.deltas?.soon?.apartMs).toBeCloseTo(300, 0)
  expect(content?.deltas?.soon?.share.likely).toBeCloseTo((150 + 13) / 4096, 3)
  expect(content?.deltas?.share.likely).toBeGreaterThan(0.3)
})

test('short of time, some of the pieces are looked at again', async () => {
  const { clock, domain, now } = watched(6, (ms) => (ms < 2500 ? 0 : 1))
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  expect(content?.deltas?.changedPages).toBeLessThan((content?.sampledPages ?? 0) / 2)
  expect(content?.deltas?.changedPages).toBeGreaterThan(30)
  expect(now()).toBeLessThan(3400 + 6)
})

test('what it would run beside being over, there is no second look', async () => {
  const { clock, domain, reads } = watched(1, afterOneSecond)
  const over = AbortSignal.abort()
  expect(await samplePages(domain, description, clock, { againWithinMs: 3400, over })).not.toHaveProperty('deltas')
  expect(reads()).toBe(firstLookMs)
})

test('a guest that rested until the second look is looked at once more at the end', async () => {
  const { clock, domain, now } = watched(1, (ms) => (ms < 4000 ? 0 : 4096))
  const content = await samplePages(domain, description, clock, { againWithinMs: 6000, againAfterMs: 2500 })
  expect(content?.deltas?.changedPages).toBe(512 * 8)
  expect(now()).toBeGreaterThan(5000)
  expect(now()).toBeLessThanOrEqual(6000)
})

test('a guest that was not seen to change tells nothing of deltas', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  const content = await samplePages(domain, description, ticking(1), { againWithinMs: 8000 })
  expect(content).not.toBeNull()
  expect(content).not.toHaveProperty('deltas')
})
