import { expect, test } from 'vitest'
import { setSwitchoverRate } from './switchover-rate.ts'

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
  expect(rates).toEqual([])
})
