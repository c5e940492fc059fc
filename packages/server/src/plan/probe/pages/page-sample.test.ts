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

/** Each read takes so long; every look finds one byte more of each page written. */
const watched = (readMs: number) => {
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
    at += readMs
    const bytes = new Uint8Array(65_536)
    if (++reads > 512) for (let page = 0; page < 16; page++) bytes[page * 4096] = 1
    return bytes
  }
  return { clock, sleeps, domain: { memoryPeek }, now: () => at, reads: () => reads }
}

test('a second look sees how pages change, and ends when it was told to', async () => {
  const { clock, sleeps, domain, now, reads } = watched(1)
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  expect(content?.deltas?.changedPages).toBe(512 * 16)
  expect(content?.deltas?.share.likely).toBeCloseTo(14 / 4096)
  expect([sleeps, now(), reads()]).toEqual([[3400 - 2 * 512], 3400, 1024])
})

test('short of time, some of the pieces are looked at again', async () => {
  const { clock, domain, now } = watched(4)
  const content = await samplePages(domain, description, clock, { againWithinMs: 3400 })
  expect(content?.deltas?.changedPages).toBe(((3400 - 512 * 4) / 4) * 16)
  expect(now()).toBe(3400)
})

test('what it would run beside being over, there is no second look', async () => {
  const { clock, domain, reads } = watched(1)
  const over = AbortSignal.abort()
  expect(await samplePages(domain, description, clock, { againWithinMs: 3400, over })).not.toHaveProperty('deltas')
  expect(reads()).toBe(512)
})

test('a guest that rested until the second look is looked at once more at the end', async () => {
  const { clock, now } = watched(1)
  let reads = 0
  const memoryPeek = async (): Promise<Uint8Array> => {
    await clock.sleep(1)
    const bytes = new Uint8Array(65_536)
    if (++reads > 2 * 512) bytes.fill(1)
    return bytes
  }
  const content = await samplePages({ memoryPeek }, description, clock, { againWithinMs: 6000, againAfterMs: 2500 })
  expect(content?.deltas?.changedPages).toBe(512 * 16)
  expect(now()).toBe(6000)
})

test('a guest that was not seen to change tells nothing of deltas', async () => {
  const domain = answering(() => new Uint8Array(65_536))
  const content = await samplePages(domain, description, ticking(1), { againWithinMs: 8000 })
  expect(content).not.toBeNull()
  expect(content).not.toHaveProperty('deltas')
})
