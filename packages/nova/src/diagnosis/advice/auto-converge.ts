/** What QEMU's auto-converge does to a guest: the share of its time that it is stopped for, level by level. */
export interface ThrottleLevel {
  readonly percent: number
  /** Since the copy began. */
  readonly fromS: number
  /** How long the guest is stopped at a time: 10 ms · p/(1−p). */
  readonly stallMs: number
}

export interface ThrottleCost {
  readonly levels: readonly ThrottleLevel[]
  /** Of the whole migration, if the first level is enough and if the last is needed. */
  readonly totalS: { readonly low: number; readonly high: number }
  readonly lostWorkS: { readonly low: number; readonly high: number }
}

/** cpu-throttle-initial 20, increment 10, cap 99 (migration/options.c). */
const percents: readonly number[] = [20, 30, 40, 50, 60, 70, 80, 90, 99]
/** Two passes that leave more than half of what they sent raise it by a level; the first is one of them. */
const passesPerLevel = 2

/**
 * The ramp of a guest that leaves `plateauBytes` at the end of each pass, from the end of the second pass on
 * (T ≈ M/B + 2n·R̂/B; lost work (2R̂/B)·Σp). How many levels it takes depends on how fast the guest writes: where
 * only a lower bound is known, from one to all.
 */
export function throttleCost(
  firstPassS: number,
  plateauBytes: number,
  linkBytesPerSecond: number,
  writes: { readonly low: number; readonly high: number | null },
): ThrottleCost {
  const passS = plateauBytes / linkBytesPerSecond
  const levelS = passesPerLevel * passS
  const levels = percents.map((percent, index) => ({
    percent,
    fromS: firstPassS + passS + index * levelS,
    stallMs: (10 * percent) / (100 - percent),
  }))
  const count = (rate: number): number => {
    const needed = 100 * (1 - linkBytesPerSecond / Math.max(rate, linkBytesPerSecond))
    const level = percents.findIndex((percent) => percent > needed)
    return level === -1 ? percents.length : level + 1
  }
  const [least, most] = [count(writes.low), writes.high === null ? percents.length : count(writes.high)]
  const lost = (steps: number): number =>
    percents.slice(0, steps).reduce((sum, percent) => sum + (percent / 100) * levelS, 0)
  const total = (steps: number): number => firstPassS + passS + steps * levelS
  return {
    levels,
    totalS: { low: total(least), high: total(most) },
    lostWorkS: { low: lost(least), high: lost(most) },
  }
}
