import type { DirtyWindow } from '../facts.ts'
import type { Deltas } from '../forecast/copying/deltas.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'

/** A set of pages that the guest rewrites. */
export interface WriteSet {
  readonly bytes: Bytes
  readonly bytesPerSecond: BytesPerSecond
  readonly pattern: 'uniform' | 'sequential'
}

/** The guest's speed over time, as a share of its writers' full speed; repeats. */
export interface GuestPhase {
  readonly lastsMs: Milliseconds
  readonly speed: number
}

export interface GuestModel {
  readonly memoryBytes: Bytes
  /** At least the sum of the write sets. */
  readonly nonZeroBytes: Bytes
  readonly writes: readonly WriteSet[]
  readonly phases?: readonly GuestPhase[]
  /** What QEMU's XBZRLE makes of its rewriting, where that is on. */
  readonly deltas?: Deltas
  /** KVM clears the dirty log just before a page is sent, so that writes before it are not counted; TCG counts them. */
  readonly accelerator: 'kvm' | 'tcg'
  /** Share of its speed that is left while memory follows in post-copy (the lab's random writer: about 0.2). */
  readonly postCopySpeed: number
  /** Share of its work that it loses to the copy's CPU, and with TCG to dirty logging, while it is copied live. */
  readonly liveCost: number
  /** With KVM: what the first write to a page costs it after QEMU has cleared that page's dirty bit; nothing when absent. */
  readonly loggedWriteMicroseconds?: number
}

export function speedAt(guest: GuestModel, tMs: Milliseconds): number {
  const phases = guest.phases
  if (!phases || phases.length === 0) return 1
  const cycle = phases.reduce((sum, { lastsMs }) => sum + lastsMs, 0)
  let within = tMs % cycle
  for (const { lastsMs, speed } of phases) {
    if (within < lastsMs) return speed
    within -= lastsMs
  }
  return 1
}

const writtenShare = ({ pattern, bytes, bytesPerSecond }: WriteSet, tMs: Milliseconds): number => {
  const turns = (bytesPerSecond * tMs) / 1000 / Math.max(1, bytes)
  return pattern === 'uniform' ? -Math.expm1(0 - turns) : Math.min(1, turns)
}

/** The true U(t) of a guest at full speed. */
export const trueDistinctBytes = (guest: GuestModel, tMs: Milliseconds): Bytes =>
  guest.writes.reduce((sum, set) => sum + set.bytes * writtenShare(set, tMs), 0)

/** What an exact probe would read. */
export const probe = (guest: GuestModel, windowsMs: readonly Milliseconds[]): DirtyWindow[] =>
  windowsMs.map((windowMs) => ({ windowMs, dirtyBytes: trueDistinctBytes(guest, windowMs), kind: 'page-sampling' }))
