import type { Milliseconds } from './units.ts'

export interface ScheduledPause {
  /** Holds once more than this has passed since the start. */
  readonly afterMs: Milliseconds
  readonly downtimeMs: Milliseconds
}

/**
 * Another manager's schedule, for those who must have it: acts by the clock, fixed beforehand, whatever the passes show. As
 * Nova's monitor does it (virt/libvirt/migration.py, 00a0304).
 */
export interface Schedule {
  /** Whose it is, for the report: "Nova". */
  readonly name: string
  /** In the order of time, at least one; the first holds from the first look on. */
  readonly pauses: readonly ScheduledPause[]
  /** The action is due once more than this has passed; null for never. */
  readonly timeoutMs: Milliseconds | null
  readonly timeoutAction: 'abort' | 'force-complete'
  /** QEMU's own throttle with its own ramp: 20 %, 10 more each time, up to 99. */
  readonly autoConverge: boolean
  /** Armed, and used for nothing but to force the end. */
  readonly postCopy: boolean
}

/** QEMU's throttle when nobody sets one (migration/options.c, all versions read). */
export const qemuRamp = { initialPercent: 20, incrementPercent: 10 } as const

/** Whether both have the same acts at the same times. */
export function sameSchedule(one: Schedule, other: Schedule): boolean {
  return (
    one.timeoutMs === other.timeoutMs &&
    one.timeoutAction === other.timeoutAction &&
    one.autoConverge === other.autoConverge &&
    one.postCopy === other.postCopy &&
    one.pauses.length === other.pauses.length &&
    one.pauses.every(({ afterMs, downtimeMs }, index) => {
      const same = other.pauses[index]
      return same?.afterMs === afterMs && same.downtimeMs === downtimeMs
    })
  )
}
