import type { Connection } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { HostSession } from '../hosts/host-session.ts'
import type { Left } from './put-back.ts'
import { putBackLimit, putBackThrottle } from './put-back.ts'

const record: Left['record'] = {
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
    qemuMonitorCommand: async ({ execute }: { execute: string }) => void asked.push(execute),
  }
  const connection = { isClosed: false, domainLookupByUUID: () => Promise.resolve(domain) }
  const facts = {
    name: 'host1',
    uri: 'fake:host1',
    peerUri: '',
    migrationAddress: null,
    linkBytesPerSecond: null,
    reservedBytes: 0,
  }
  const source = new HostSession(facts, () => Promise.resolve(connection as unknown as Connection))
  return { record, source, asked }
}

test('a guest that stayed gets back its limit and the bounds of its throttle', async () => {
  const stayed = left({ type: 'none', operation: 'unknown' })
  expect([await putBackLimit(stayed), await putBackThrottle(stayed)]).toEqual([null, null])
  expect(stayed.asked).toEqual([300, 'migrate-set-parameters'])
})

test('one whose migration goes on after all is let alone', async () => {
  const moving = left({ type: 'unbounded', operation: 'migration-out' })
  expect([await putBackLimit(moving), await putBackThrottle(moving)]).toEqual([null, null])
  expect(moving.asked).toEqual([])
})

test('where it cannot be done, the command for it is told', async () => {
  const source = new HostSession(left({ type: 'none', operation: 'unknown' }).source.host, () =>
    Promise.reject(new Error('no route')),
  )
  expect(await putBackLimit({ record, source })).toContain('on host1 run "virsh migrate-setmaxdowntime web1 300"')
  expect(await putBackThrottle({ record, source })).toContain('max-cpu-throttle 99"')
})
