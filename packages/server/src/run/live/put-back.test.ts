import type { Act } from '@landfall/core'
import { expect, test } from 'vitest'
import { HostSession } from '../../hosts/host-session.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import { plainRecord, storyOf } from '../../testing/story.ts'
import { putBack } from './put-back.ts'

const base = { why: 'plateau', numbers: {} }
const acts: readonly Act[] = [
  { ...base, kind: 'set-downtime-limit', downtimeMs: 9000 },
  { ...base, kind: 'set-throttle', percent: 66 },
]
const { plan } = plainRecord
const changed: MigrationStory = storyOf(
  { ...plainRecord, plan: { ...plan, launch: { ...plan.launch, compression: 'xbzrle', xbzrleCacheBytes: 2 ** 30 } } },
  { acts: acts.map((act) => ({ at: 1, pass: 1, act, outcome: 'unknown' })) },
)
const host = {
  name: 'host1',
  uri: 'qemu+tcp://host1/system',
  peerUri: '',
  migrationAddress: null,
  linkBytesPerSecond: null,
  reservedBytes: 0,
}

interface Left {
  readonly source: HostSession
  readonly asked: unknown[]
}

/** A guest whose host says that of its job. What was asked of it is noted. */
function left(stats: { readonly type: string; readonly operation: string }): Left {
  const asked: unknown[] = []
  const domain = {
    getJobStats: () => Promise.resolve({ ...stats, fields: {} }),
    migrateSetMaxDowntime: async (limitMs: number) => void asked.push(limitMs),
    qemuMonitorCommand: async ({ arguments: told }: { arguments: object }) => void asked.push(Object.keys(told)[0]),
  }
  const connection = fakeConnection({ domainLookupByUUID: () => Promise.resolve(domain) })
  return { source: new HostSession(host, () => Promise.resolve(connection)), asked }
}

test('a guest that stayed gets back its limit, the bounds of its throttle and QEMU’s own estimate', async () => {
  const { source, asked } = left({ type: 'none', operation: 'unknown' })
  expect(await putBack(changed, source)).toEqual([])
  expect(asked).toEqual([300, 'cpu-throttle-initial', 'avail-switchover-bandwidth'])
})

test('one whose migration goes on after all is let alone', async () => {
  const { source, asked } = left({ type: 'unbounded', operation: 'migration-out' })
  expect(await putBack(changed, source)).toEqual([])
  expect(asked).toEqual([])
})

test('where it cannot be done, the commands for it are told', async () => {
  const source = new HostSession(host, () => Promise.reject(new Error('no route')))
  const told = await putBack(changed, source)
  expect(told).toHaveLength(3)
  expect(told[0]).toContain('on host1 run "virsh migrate-setmaxdowntime web1 300"')
  expect(told[1]).toContain('max-cpu-throttle 99"')
  expect(told[2]).toContain('avail-switchover-bandwidth 0"')
})

test('what nobody can have changed is not touched', async () => {
  const { source, asked } = left({ type: 'none', operation: 'unknown' })
  expect(await putBack(storyOf(plainRecord), source)).toEqual([])
  expect(asked).toEqual([])
})

test('what an earlier migration of the guest left behind is put back, too', async () => {
  const { source, asked } = left({ type: 'none', operation: 'unknown' })
  await putBack(storyOf({ ...plainRecord, throttleLeft: true }), source)
  expect(asked).toEqual(['cpu-throttle-initial'])
})

test('a rate that nobody told is not taken back: one that was found with XBZRLE may have a QEMU that knows none', async () => {
  const { source, asked } = left({ type: 'none', operation: 'unknown' })
  const found = { ...plainRecord, plan: { ...plan, launch: { ...plan.launch, compression: 'xbzrle' } } } as const
  await putBack(storyOf(found), source)
  expect(asked).toEqual([])
})
