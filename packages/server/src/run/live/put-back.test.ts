import { defaultIntent, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { HostSession } from '../../hosts/host-session.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import { plainFacts } from '../../testing/plain-facts.ts'
import type { Left } from './put-back.ts'
import { putBackLimit, putBackSwitchoverRate, putBackThrottle } from './put-back.ts'

const planned = plan(defaultIntent, plainFacts)
const record: Left['record'] = {
  plan: { ...planned, launch: { ...planned.launch, compression: 'xbzrle' } },
  guest: { name: 'web1', uuid: 'u' },
  source: 'host1',
  previousDowntimeLimitMs: 300,
}

/** A guest whose host says that of its job. What was asked of it is noted. */
function left(stats: { readonly type: string; readonly operation: string }): Left & { readonly asked: unknown[] } {
  const asked: unknown[] = []
  const domain = {
    getJobStats: () => Promise.resolve({ ...stats, fields: {} }),
    migrateSetMaxDowntime: async (limitMs: number) => void asked.push(limitMs),
    qemuMonitorCommand: async ({ arguments: told }: { arguments: object }) => void asked.push(Object.keys(told)[0]),
  }
  const connection = fakeConnection({ domainLookupByUUID: () => Promise.resolve(domain) })
  const facts = {
    name: 'host1',
    uri: 'qemu+tcp://host1/system',
    peerUri: '',
    migrationAddress: null,
    linkBytesPerSecond: null,
    reservedBytes: 0,
  }
  const source = new HostSession(facts, () => Promise.resolve(connection))
  return { record, source, asked }
}

test('a guest that stayed gets back its limit, the bounds of its throttle and QEMU’s own estimate', async () => {
  const stayed = left({ type: 'none', operation: 'unknown' })
  const told = [await putBackLimit(stayed), await putBackThrottle(stayed), await putBackSwitchoverRate(stayed)]
  expect(told).toEqual([null, null, null])
  expect(stayed.asked).toEqual([300, 'cpu-throttle-initial', 'avail-switchover-bandwidth'])
})

test('one whose migration goes on after all is let alone', async () => {
  const moving = left({ type: 'unbounded', operation: 'migration-out' })
  const told = [await putBackLimit(moving), await putBackThrottle(moving), await putBackSwitchoverRate(moving)]
  expect(told).toEqual([null, null, null])
  expect(moving.asked).toEqual([])
})

test('where it cannot be done, the command for it is told', async () => {
  const source = new HostSession(left({ type: 'none', operation: 'unknown' }).source.host, () =>
    Promise.reject(new Error('no route')),
  )
  expect(await putBackLimit({ record, source })).toContain('on host1 run "virsh migrate-setmaxdowntime web1 300"')
  expect(await putBackThrottle({ record, source })).toContain('max-cpu-throttle 99"')
  expect(await putBackSwitchoverRate({ record, source })).toContain('avail-switchover-bandwidth 0"')
})

test('a rate that no launch could have told is not asked after', async () => {
  const stayed = left({ type: 'none', operation: 'unknown' })
  expect(await putBackSwitchoverRate({ ...stayed, record: { ...record, plan: planned } })).toBeNull()
  expect(stayed.asked).toEqual([])
})
