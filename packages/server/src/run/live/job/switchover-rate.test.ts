import { expect, test } from 'vitest'
import { forgetRate, setLimitAndRate } from './switchover-rate.ts'

/** A guest that notes what its QEMU and its libvirt are told. */
function listening() {
  const told: unknown[] = []
  const qemuMonitorCommand = (command: unknown): Promise<never> => {
    const { execute, arguments: parameters } = command as { execute: string; arguments: Record<string, unknown> }
    expect(execute).toBe('migrate-set-parameters')
    told.push(parameters)
    return Promise.resolve(undefined as never)
  }
  const migrateSetMaxDowntime = async (limitMs: number): Promise<void> => void told.push(limitMs)
  return { told, domain: { qemuMonitorCommand, migrateSetMaxDowntime } }
}

const ours = { compression: 'xbzrle', xbzrleCacheBytes: 2 ** 30 } as const

test('with XBZRLE QEMU is told the limit and the rate to judge it by at once, in whole numbers', async () => {
  const { told, domain } = listening()
  await setLimitAndRate(domain, ours, { downtimeMs: 300.4, switchoverBytesPerSecond: 36e6 + 0.4 })
  await setLimitAndRate(domain, ours, { downtimeMs: 0.2, switchoverBytesPerSecond: 0.2 })
  expect(told).toEqual([
    { 'avail-switchover-bandwidth': 36_000_000, 'downtime-limit': 300 },
    { 'avail-switchover-bandwidth': 1, 'downtime-limit': 1 },
  ])
})

test('with XBZRLE a limit that comes without a rate is for QEMU’s own estimate', async () => {
  const { told, domain } = listening()
  await setLimitAndRate(domain, ours, { downtimeMs: 300 })
  await forgetRate(domain)
  expect(told).toEqual([
    { 'avail-switchover-bandwidth': 0, 'downtime-limit': 300 },
    { 'avail-switchover-bandwidth': 0 },
  ])
})

test('with XBZRLE of somebody else’s launch libvirt is asked: its QEMU may be older than the rate is, and was never told one', async () => {
  const { told, domain } = listening()
  await setLimitAndRate(domain, { compression: 'xbzrle' }, { downtimeMs: 300 })
  expect(told).toEqual([300])
})

test('without XBZRLE no monitor is asked for anything', async () => {
  const { told, domain } = listening()
  await setLimitAndRate(domain, { compression: null }, { downtimeMs: 300 })
  await setLimitAndRate(domain, { compression: 'zstd' }, { downtimeMs: 200 })
  expect(told).toEqual([300, 200])
})
