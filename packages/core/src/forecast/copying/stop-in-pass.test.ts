import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultTimeWorth } from '../../intent.ts'
import { DirtyMemory } from '../../simulator/dirty-memory.ts'
import { trueDistinctBytes } from '../../simulator/guest.ts'
import { labLink, uniformWriter } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'
import type { PassAhead } from './stop-in-pass.ts'
import { bestStopInPass, pendingInPass } from './stop-in-pass.ts'

type Kind = 'kvm' | 'tcg'
const setBytes = 600 * MiB

const passOf = (speedMiB: number, queuedBytes: number, accelerator: Kind): PassAhead => {
  const guest = uniformWriter(600, speedMiB, accelerator)
  const distinct = (ms: number): number => trueDistinctBytes(guest, ms)
  return { queuedBytes, link: labLink, distinct, workingSetBytes: setBytes, accelerator }
}

/** QEMU's bookkeeping of the same pass, 10 ms at a time, and one sync at its end. */
function simulated(speedMiB: number, queuedBytes: number, accelerator: Kind, tMs: number): number {
  const guest = {
    ...uniformWriter(600, speedMiB, accelerator),
    memoryBytes: setBytes,
    nonZeroBytes: setBytes,
  }
  const memory = new DirtyMemory(guest)
  memory.send(((setBytes - queuedBytes) / labLink) * 1000, labLink)
  for (let now = 0; now < tMs; now += 10) {
    memory.write(10, 1)
    memory.send(10, labLink)
  }
  memory.sync()
  return memory.remaining
}

describe('stopping a guest inside a pass', () => {
  test.each(['kvm', 'tcg'] as const)('%s: what is left then agrees with the bookkeeping of QEMU', (accelerator) => {
    for (const speed of [60, 100, 140, 180, 400, 5000]) {
      for (const queuedMiB of [100, 300, 480]) {
        for (const tMs of [0, 500, 1000]) {
          const told = pendingInPass(passOf(speed, queuedMiB * MiB, accelerator), tMs)
          const seen = simulated(speed, queuedMiB * MiB, accelerator, tMs)
          expect(Math.abs(told - seen) / seen).toBeLessThan(0.03)
        }
      }
    }
  })

  test('with KVM a guest at twice the link is stopped well before the least is left, where waiting no longer pays', () => {
    const { afterMs, leftBytes } = bestStopInPass(passOf(182, 0.97 * setBytes, 'kvm'), defaultTimeWorth)
    expect(afterMs).toBeGreaterThan(500)
    // The least is half of the set (inflow = link).
    expect(leftBytes / setBytes).toBeGreaterThan(0.6)
    expect(leftBytes / setBytes).toBeLessThan(0.85)
  })

  test('a guest a little faster than the link gains less with TCG, which counts every write of the pass, than with KVM', () => {
    const [kvm, tcg] = (['kvm', 'tcg'] as const).map(
      (kind) => bestStopInPass(passOf(100, 0.85 * setBytes, kind), defaultTimeWorth).leftBytes,
    )
    expect(kvm).toBeLessThan(0.6 * setBytes)
    expect(tcg).toBeGreaterThan(kvm ?? Infinity)
  })

  test('a guest that writes many times faster than the link is stopped at the boundary', () => {
    for (const accelerator of ['kvm', 'tcg'] as const) {
      expect(bestStopInPass(passOf(5000, setBytes, accelerator), defaultTimeWorth).afterMs).toBe(0)
    }
  })

  test('it never leaves more than the boundary itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6000 }),
        fc.integer({ min: 1, max: 600 }),
        fc.constantFrom<Kind>('kvm', 'tcg'),
        (speedMiB, queuedMiB, accelerator) => {
          const pass = passOf(speedMiB, queuedMiB * MiB, accelerator)
          const { leftBytes, afterMs } = bestStopInPass(pass, defaultTimeWorth)
          expect(leftBytes).toBeLessThanOrEqual(pass.queuedBytes)
          expect(afterMs).toBeLessThan((pass.queuedBytes / pass.link) * 1000)
        },
      ),
    )
  })
})
