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
  const content = await samplePages(domain, description, ticking(1), () => (place += 0.618) % 1)
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
