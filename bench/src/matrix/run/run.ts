import type { MigrationReport } from '@landfall/api'
import type { GuestVerdict } from '@landfall/lab'
import type { Facts, Range } from '@landfall/core'

/** One run, as it is kept in bench/results. Times by the host's clock; stalls and work from the guest's own counters. */
export interface Run {
  readonly at: string
  readonly round: number
  readonly workload: string
  readonly contender: string
  /** `stopped`: it was still going when the bench had waited long enough. */
  readonly outcome: 'completed' | 'refused' | 'aborted' | 'failed' | 'stopped'
  readonly totalTimeMs: number
  /** Stopped there to running here, by both hosts' events; null where the guest was stopped by other means. */
  readonly downtimeMs: number | null
  readonly longestStallMs: number
  /** The sum of all stalls of more than 100 ms. */
  readonly stalledMs: number
  readonly bytesSent: number | null
  readonly pagesWritten: number
  /** Over the seconds right before. */
  readonly baselinePagesPerSecond: number
  /** Of a guest without a rate that arrived: its work before and after the change of hosts, and its speed right after. */
  readonly sides?: Sides
  readonly guest: GuestVerdict
  readonly predicted: Predicted | null
  readonly report: Pick<MigrationReport, 'outcome' | 'strategy' | 'reason' | 'decisions'> | null
  /** By the guest's own clock, which stands still while the guest is paused; missing in the oldest results. */
  readonly guestClock?: GuestClock
  /** The run began so long after a guest with phases had begun to write; missing where guests were met wherever they were. */
  readonly afterBurstBeganMs?: number
  readonly loadBefore: number
  /** The share of the machine's CPU time that was taken away from it meanwhile; missing in the oldest results. */
  readonly stolenShare?: number
}

export interface GuestClock {
  readonly ranMs: number
  /** So much of it in the first five of each ten seconds: when a guest with phases is busy (guest.c). */
  readonly busyMs: number
}

export interface Sides {
  readonly hereMs: number
  readonly herePages: number
  readonly thereMs: number
  readonly therePages: number
  readonly pagesPerSecondAfter: number
}

/** What Landfall said beforehand, and at the end of pass 1. */
export interface Predicted {
  readonly verdict: 'go' | 'refuse'
  readonly strategy: string | null
  readonly reasonCode: string
  readonly finishes: string | null
  readonly maxPauseMs: number
  readonly totalTimeMs: Range | null
  readonly downtimeMs: Range | null
  readonly firstPassBytes: number
  readonly plateauBytes: number
  readonly linkBytesPerSecond: number
  readonly probeMs: number
  /** From the request, by the ETA given at the first boundary. */
  readonly totalAfterPass1Ms: number | null
  /** Missing in older results, as is the next. */
  readonly lostWorkSeconds?: Range | null
  /** Of a page that changes between two looks, what is sent of it as a delta, 0 to 1; null where too few pages changed. */
  readonly changedShare?: Range | null
  /** What had gone over the wire when pass 1 ended, halfway between two looks; missing in the oldest results. */
  readonly sentInPass1Bytes?: number | null
  /** Everything that the forecast was made of, so that another one can be made of it; missing in older results, as is the next. */
  readonly facts?: Facts
  /** What each pass left, and when it had ended since the request. */
  readonly passes?: readonly { readonly pass: number; readonly endedMs: number; readonly leftBytes: number }[]
}
