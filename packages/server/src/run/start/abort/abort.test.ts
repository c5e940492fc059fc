import { expect, test } from 'vitest'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { SetBackClock } from '../../../testing/set-back-clock.ts'
import { abortElsewhere } from './abort.ts'
import type { RunContext } from '../context.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const xml =
  `<domain type='kvm'><name>vm</name><uuid>${uuid}</uuid>` +
  "<metadata><n:instance xmlns:n='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata></domain>"

/** An instance that is copied until a moment, and what was asked of libvirt. */
async function aborted(
  copiedUntilMs: number,
  reason = 'booted',
  clock = new SetBackClock(),
): Promise<readonly string[]> {
  const asked: string[] = []
  const nova = new FakeNova(uuid)
  nova.moves({ status: 'running' })
  const domain = {
    uuid,
    getXMLDesc: async () => xml,
    getState: async () => ({ state: 'running', reason }),
    getJobStats: async () =>
      clock.passedMs < copiedUntilMs
        ? { type: 'unbounded', operation: 'migration-out', fields: {} }
        : { type: 'none', operation: 'unknown', fields: {} },
    abortJob: async () => void asked.push('abort'),
  }
  const host = {
    name: 'host1',
    uri: 'x',
    peerUri: '',
    migrationAddress: null,
    linkBytesPerSecond: null,
    reservedBytes: 0,
  }
  const session = new HostSession(host, async () =>
    fakeConnection({ isClosed: false, domainLookupByUUID: async () => domain }),
  )
  const context = {
    sessions: [session],
    nova: nova.open,
    store: { note: async () => undefined },
    clock,
  } as unknown as RunContext
  await abortElsewhere(context, { id: 'm1', guest: { name: 'vm', uuid }, source: 'host1' })
  expect(nova.asked).toEqual(['abort 7'])
  return asked
}

test('an abort that Nova has taken is Nova’s, as long as the copy ends with it', async () => {
  expect(await aborted(3000)).toEqual([])
})

test('where the copy goes on all the same, as beside a nova-compute that is dead, libvirt is asked', async () => {
  const clock = new SetBackClock()
  expect(await aborted(Infinity, 'booted', clock)).toEqual(['abort'])
  // Also where the clock is set back.
  expect(clock.passedMs).toBeLessThan(15_000)
})

test('and in post-copy nobody is: the guest would be lost', async () => {
  expect(await aborted(Infinity, 'postcopy')).toEqual([])
})
