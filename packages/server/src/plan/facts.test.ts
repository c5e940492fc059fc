import type { Connection, Domain } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { historyOf } from '../store/story/history.ts'
import { FakeWorld } from '../testing/fake-hosts.ts'
import { factsOf } from './facts.ts'

const GiB = 1024 ** 3

/** A guest of 16 GiB of which 150 MiB are resident, as libvirt counts it. */
async function likelyNonZeroBytes(backing: string): Promise<number | undefined> {
  const description = readDomainXml(
    `<domain type='kvm'><name>g</name><uuid>0</uuid><memory unit='GiB'>16</memory>${backing}<vcpu>1</vcpu></domain>`,
  )
  const world = new FakeWorld()
  const facts = await factsOf({
    // Nothing else of libvirt is asked for.
    connection: {
      getAllDomainStats: () => Promise.resolve([{ params: { 'balloon.rss': 150n * 1024n } }]),
    } as unknown as Connection,
    domain: {} as Domain,
    description,
    source: world.facts('host1'),
    destination: world.facts('host2'),
    probe: { windows: [], obstacle: null },
    vcpuBusyShare: null,
    content: null,
    streams: null,
    kvmKind: 'hardware',
    downtimeLimitMs: 300,
    persistent: true,
    history: historyOf([], { guestUuid: '0', memoryBytes: 16 * GiB, source: 'host1', destination: 'host2', now: 0 }),
    localDisks: [],
  })
  return facts.likelyNonZeroBytes
}

test('what is resident says how much of a guest is in use, but not where it is made of huge pages', async () => {
  expect(await likelyNonZeroBytes('')).toBe(150 * 1024 ** 2)
  expect(await likelyNonZeroBytes('<memoryBacking><hugepages/></memoryBacking>')).toBeUndefined()
})
