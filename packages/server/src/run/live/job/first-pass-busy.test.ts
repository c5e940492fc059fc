import type { Connection } from '@landfall/libvirt'
import { describe, expect, test } from 'vitest'
import type { HostSession } from '../../../hosts/host-session.ts'
import { FirstPassBusy } from './first-pass-busy.ts'

let nowMs = 0
const clock = { now: () => nowMs, sleep: () => Promise.resolve() }

/** A host whose guest's vCPU has used so much time by each look. */
function sourceWith(usedNs: bigint[]): HostSession {
  const connection = {
    domainLookupByUUID: () => Promise.resolve({}),
    getAllDomainStats: () => {
      const used = usedNs.shift()
      return used === undefined
        ? Promise.reject(new Error('gone'))
        : Promise.resolve([{ params: { 'vcpu.0.time': used } }])
    },
  } as unknown as Connection
  return { connection: () => Promise.resolve(connection) } as unknown as HostSession
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('how busy a guest is in the first pass', () => {
  test('is told from the first look at it to the first at the next one', async () => {
    nowMs = 0
    const busy = new FirstPassBusy(sourceWith([1_000_000_000n, 2_000_000_000n]), 'u', clock)
    busy.note({ phase: 'preparing', pass: 0, remainingBytes: 0 })
    busy.note({ phase: 'active', pass: 1, remainingBytes: 9000 })
    await settle()
    nowMs = 4000
    busy.note({ phase: 'active', pass: 1, remainingBytes: 9000 })
    busy.note({ phase: 'active', pass: 2, remainingBytes: 5000 })
    await settle()
    nowMs = 9000
    busy.note({ phase: 'active', pass: 2, remainingBytes: 4000 })
    expect(await busy.seen()).toEqual({ ms: 4000, busyShare: 0.25, leftBytes: 5000 })
  })

  test('is not told where its beginning was not seen, or a host did not answer', async () => {
    const late = new FirstPassBusy(sourceWith([1n, 2n]), 'u', clock)
    late.note({ phase: 'active', pass: 2, remainingBytes: 4000 })
    expect(await late.seen()).toBeNull()
    const silent = new FirstPassBusy(sourceWith([1n]), 'u', clock)
    silent.note({ phase: 'active', pass: 1, remainingBytes: 9000 })
    silent.note({ phase: 'active', pass: 2, remainingBytes: 4000 })
    expect(await silent.seen()).toBeNull()
  })
})
