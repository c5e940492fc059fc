import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import type { GuestModel, WriteSet } from './guest.ts'

/** A write set and what the migration knows of it, in mean values instead of single pages. */
interface TrackedSet {
  readonly set: WriteSet
  /** Known to be dirty and not sent yet. */
  queued: Bytes
  /** Written since the last sync: a share of the set (TCG), or bytes not queued (KVM). */
  written: number
}

/** Of what is clean. */
function freshIn({ set, queued, written }: TrackedSet, forMs: Milliseconds, speed: number): Bytes {
  if (set.bytes === 0) return 0
  const clean = Math.max(0, set.bytes - queued - written)
  return clean * -Math.expm1((0 - set.bytesPerSecond * speed * forMs) / 1000 / set.bytes)
}

/** Bytes of a zero page on the wire. */
const zeroPageWireBytes = 9
const pageBytes = 4096
/** QEMU's single-threaded scan for zero pages runs at about a gigabyte a second. */
const zeroScanBytesPerSecond: BytesPerSecond = 1.5e9

/** QEMU's view of a guest's dirty pages. */
export class DirtyMemory {
  readonly #sets: TrackedSet[]
  readonly #tcg: boolean
  /** Pages that nobody rewrites: sent once. */
  #static: Bytes
  #zero: Bytes

  constructor(guest: GuestModel) {
    const rewritten = guest.writes.reduce((sum, { bytes }) => sum + bytes, 0)
    this.#sets = guest.writes.map((set) => ({ set, queued: set.bytes, written: 0 }))
    this.#tcg = guest.accelerator === 'tcg'
    this.#static = Math.max(0, guest.nonZeroBytes - rewritten)
    this.#zero = Math.max(0, guest.memoryBytes - guest.nonZeroBytes)
  }

  /** What QEMU reports as remaining: nothing that was written since the last sync. */
  get remaining(): Bytes {
    return this.#sets.reduce((sum, { queued }) => sum + queued, this.#static + this.#zero)
  }

  /** Bytes that the guest would write for the first time since their dirty bits were cleared, in a while at a share of its speed. */
  firstWrites(forMs: Milliseconds, speed: number): Bytes {
    if (this.#tcg) return 0
    return this.#sets.reduce((sum, tracked) => sum + freshIn(tracked, forMs, speed), 0)
  }

  /** The guest runs for a while at a share of its speed. */
  write(forMs: Milliseconds, speed: number): void {
    for (const tracked of this.#sets) {
      const { bytes, bytesPerSecond, pattern } = tracked.set
      if (bytes === 0) continue
      const turns = (bytesPerSecond * speed * forMs) / 1000 / bytes
      if (this.#tcg) {
        tracked.written += pattern === 'uniform' ? (1 - tracked.written) * -Math.expm1(0 - turns) : turns
        tracked.written = Math.min(1, tracked.written)
      } else {
        tracked.written += freshIn(tracked, forMs, speed)
      }
    }
  }

  /** Bitmap sync: what was written becomes known. Returns the newly known bytes. */
  sync(): Bytes {
    let found = 0
    for (const tracked of this.#sets) {
      const { bytes } = tracked.set
      const fresh = this.#tcg ? tracked.written * (bytes - tracked.queued) : tracked.written
      tracked.queued = Math.min(bytes, tracked.queued + fresh)
      tracked.written = 0
      found += fresh
    }
    return found
  }

  /** Sends for a while; returns the bytes on the wire. */
  send(forMs: Milliseconds, link: BytesPerSecond): Bytes {
    const capacity = (link * forMs) / 1000
    const full = this.remaining - this.#zero
    const sent = Math.min(capacity, full)
    if (full > 0) {
      const share = sent / full
      this.#static -= this.#static * share
      for (const tracked of this.#sets) tracked.queued -= tracked.queued * share
    }
    const timeLeft = capacity > 0 ? 1 - sent / capacity : 0
    const scanned = Math.min(this.#zero, (zeroScanBytesPerSecond * forMs * timeLeft) / 1000)
    this.#zero -= scanned
    return sent + (scanned / pageBytes) * zeroPageWireBytes
  }
}
