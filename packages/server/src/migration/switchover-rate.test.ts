import type { Plan } from '@landfall/core'
import { defaultIntent, plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { plainFacts } from '../testing/plain-facts.ts'
import { restoreSwitchoverRate, setSwitchoverRate } from './switchover-rate.ts'

/** A guest whose QEMU notes which rates it is told; null for none. */
function listening() {
  const rates: unknown[] = []
  const qemuMonitorCommand = (command: unknown): Promise<never> => {
    const { execute, arguments: told } = command as { execute: string; arguments: Record<string, unknown> }
    expect(execute).toBe('migrate-set-parameters')
    rates.push(told['avail-switchover-bandwidth'])
    return Promise.resolve(undefined as never)
  }
  return { rates, domain: { qemuMonitorCommand } }
}

const planned = plan(defaultIntent, plainFacts)
const recordOf = (compression: Plan['launch']['compression']) => ({
  guest: { name: 'web1', uuid: 'u' },
  source: 'host1',
  plan: { ...planned, launch: { ...planned.launch, compression } },
})

const unreachable = () => Promise.reject(new Error('no route'))

test('QEMU is told whole bytes, and never nothing', async () => {
  const { rates, domain } = listening()
  await setSwitchoverRate(domain, { compression: 'xbzrle' }, 36e6 + 0.4)
  await setSwitchoverRate(domain, { compression: 'xbzrle' }, 0.2)
  expect(rates).toEqual([36_000_000, 1])
})

test('with XBZRLE a limit that comes without a rate is for QEMU’s own estimate', async () => {
  const { rates, domain } = listening()
  await setSwitchoverRate(domain, { compression: 'xbzrle' }, undefined)
  expect(rates).toEqual([0])
})

test('without XBZRLE no monitor is asked for anything', async () => {
  const { rates, domain } = listening()
  await setSwitchoverRate(domain, { compression: null }, undefined)
  await setSwitchoverRate(domain, { compression: 'zstd' }, undefined)
  expect([rates, await restoreSwitchoverRate(recordOf('zstd'), { find: unreachable })]).toEqual([[], null])
})

test('it is put back on the source, whoever set it', async () => {
  const { rates, domain } = listening()
  const find = () => Promise.resolve(domain as unknown as Domain)
  expect(await restoreSwitchoverRate(recordOf('xbzrle'), { find })).toBeNull()
  expect(rates).toEqual([0])
  expect(await restoreSwitchoverRate(recordOf('xbzrle'), { find: () => Promise.resolve(null) })).toBeNull()
})

test('where that fails it is said what to do by hand', async () => {
  expect(await restoreSwitchoverRate(recordOf('xbzrle'), { find: unreachable })).toMatch(
    /\(no route\): on host1 run "virsh qemu-monitor-command web1 --hmp migrate_set_parameter avail-switchover-bandwidth 0"$/,
  )
})
