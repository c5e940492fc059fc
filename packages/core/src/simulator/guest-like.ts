import type { Facts } from '../facts.ts'
import type { Plan } from '../plan/plan-shape.ts'
import type { GuestModel } from './guest.ts'

/** A modelled guest that writes as the plan's was measured to: one set, rewritten evenly at the likely speed. */
export function guestLike({ numbers }: Pick<Plan, 'numbers'>, facts: Facts): GuestModel {
  const { firstPassBytes, workingSetBytes, writeRate } = numbers
  const kvm = facts.accelerator !== 'tcg'
  return {
    memoryBytes: facts.memoryBytes,
    nonZeroBytes: Math.min(facts.memoryBytes, Math.max(firstPassBytes, workingSetBytes)),
    writes: [{ bytes: workingSetBytes, bytesPerSecond: writeRate.likely, pattern: 'uniform' }],
    accelerator: kvm ? 'kvm' : 'tcg',
    // What a random writer kept of its speed in the laboratory while its memory followed.
    postCopySpeed: 0.2,
    liveCost: kvm ? 0.01 : 0.03,
  }
}
