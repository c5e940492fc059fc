import type { Range } from '../range.ts'
import type { GuestNeeds } from './fleet.ts'
import type { DrainPlan, TimeWindow } from './plan-drain.ts'
import type { DrainLimits } from './times/links.ts'
import type { PlannedMove } from './times/timetable.ts'

/** What becomes of a guest that could not be moved live, however often it was tried. */
export type DrainFallback = 'stay' | 'cold' | 'ask'

/**
 * What may follow a move that did not end on its destination: the same `again`, only the `other-way` that the drain names, or nothing
 * (`never`), since a person wanted it so.
 */
export type AfterFailure = 'again' | 'other-way' | 'never'

export interface Attempt {
  readonly migration: string
  readonly to: string
  readonly endedAt: number
  readonly outcome: string
  readonly why: string
  readonly next: AfterFailure
  /** It ended before it was launched, so that no host had begun anything; absent where it was launched. */
  readonly launched?: false
}

/** Where a guest of a drain is. Only `moved` counts as done by the drain. */
export type GuestStage =
  | { readonly kind: 'waiting'; readonly notBefore: number }
  /** Its hosts are checked and its writing is measured; it is launched when its place is free. */
  | { readonly kind: 'preparing'; readonly migration: string; readonly since: number; readonly cold: boolean }
  | {
      readonly kind: 'moving'
      readonly migration: string
      readonly since: number
      readonly cold: boolean
      /** When its first byte was seen to be sent; absent before that, and where nobody saw it. */
      readonly copiedFrom?: number
    }
  /** Seen on its destination, by libvirt. By which migration is absent in a drain that an older version began. */
  | {
      readonly kind: 'moved'
      readonly at: number
      readonly startedAt: number
      readonly migration?: string
      readonly copiedFrom?: number
    }
  /** It needs no move any more, and not by us: somebody moved it, or shut it down. */
  | { readonly kind: 'gone'; readonly at: number; readonly why: string }
  /** It stays, and that is final: tried often enough, or asked for. */
  | { readonly kind: 'left'; readonly at: number; readonly why: string; readonly asksForCold: boolean }

export interface DrainedGuest extends PlannedMove {
  readonly guest: string
  /** What a command calls it, as its plan said; absent in a drain that an older version began. */
  readonly commandName?: string
  readonly memoryBytes: number
  readonly vcpus: number
  /** What it asks of its company and of its host's memory; absent in a drain that an older version began. */
  readonly needs?: GuestNeeds
  /** What the plan said that it loses of its work; absent in a drain that an older version began. */
  readonly lostWorkSeconds?: Range | null
  readonly stage: GuestStage
  readonly attempts: readonly Attempt[]
  /** Since when it can neither go nor be given up: its destination is closed, or a host does not answer. */
  readonly blockedSince: number | null
}

export interface LeftOut {
  readonly guest: string
  readonly why: string
  /** Absent in a drain that an older version began, and of what came after the plan. */
  readonly uuid?: string
  /** The host where it stays. */
  readonly at?: string
}

export type DrainOutcome = 'done' | 'guests-left' | 'stopped'

/** Everything that a drain knows: whoever takes it over needs nothing else. Plain data. */
export interface DrainState {
  readonly id: string
  readonly kind: DrainPlan['kind']
  readonly host: string
  readonly beganAt: number
  readonly mode: 'running' | 'paused' | 'stopping'
  readonly limits: DrainLimits
  readonly window: TimeWindow | null
  readonly fallback: DrainFallback
  /** How often a guest is tried live. */
  readonly mostAttempts: number
  readonly guests: readonly DrainedGuest[]
  /** Guests of the host that the plan left out, or that came after it, with the reason. */
  readonly leftOut: readonly LeftOut[]
  /** Since when nobody can say whether the host is empty, where all else has ended; absent where that is known. */
  readonly emptyUnknownSince?: number
  /** What the plan said of the whole; null where nobody could say. */
  readonly predictedTotalMs: DrainPlan['totalMs']
  readonly waitingFor: string
  readonly end: { readonly outcome: DrainOutcome; readonly at: number; readonly next: string } | null
}
