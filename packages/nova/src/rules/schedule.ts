import type { Release } from '../options/release.ts'

const GiB = 2 ** 30

/** The size that Nova's rules count with (driver.py _live_migration_data_gb): memory and each copied disk, at least 2 GiB each. */
export function dataGiB(memoryMiB: number, copiedDiskBytes: readonly number[]): number {
  return copiedDiskBytes.reduce((sum, bytes) => sum + Math.max(2, bytes / GiB), Math.max(2, memoryMiB / 1024))
}

export interface DowntimeStep {
  /** Seconds of elapsed time beyond which it holds. */
  readonly afterS: number
  readonly downtimeMs: number
}

export interface DowntimeSettings {
  readonly downtimeMs: number
  readonly steps: number
  /** Seconds per GiB. */
  readonly delayS: number
}

/** How Nova lets the pause grow (virt/libvirt/migration.py downtime_steps): linear since 15, exponential before. */
export function downtimeSchedule(settings: DowntimeSettings, gib: number, release: Release): readonly DowntimeStep[] {
  const { downtimeMs, steps, delayS } = settings
  const delay = Math.trunc(delayS * gib)
  const at = (step: number): DowntimeStep => {
    if (release <= 14) {
      const offset = downtimeMs / (steps + 1)
      const base = (downtimeMs - offset) ** (1 / steps)
      return { afterS: delay * step, downtimeMs: Math.trunc(offset + base ** step) }
    }
    const base = downtimeMs / steps
    const offset = (downtimeMs - base) / steps
    return { afterS: delay * step, downtimeMs: Math.trunc(base + offset * step) }
  }
  return Array.from({ length: steps + 1 }, (_, step) => at(step))
}

/** The pause that Nova asks for after so much time: the last step whose time is over; null before the first. */
export function downtimeAfter(schedule: readonly DowntimeStep[], elapsedS: number): number | null {
  return schedule.findLast(({ afterS }) => elapsedS > afterS)?.downtimeMs ?? null
}

/** Seconds after which Nova's timeout action is taken; null for never. */
export function completionTimeoutS(secondsPerGiB: number, gib: number): number | null {
  const timeout = Math.trunc(secondsPerGiB * gib)
  return timeout === 0 ? null : timeout
}

/** "a 64 GiB guest is aborted after 14.2 h" */
export function timeoutInWords(memoryGiB: number, secondsPerGiB: number, action: 'abort' | 'force_complete'): string {
  const timeout = completionTimeoutS(secondsPerGiB, dataGiB(memoryGiB * 1024, []))
  if (timeout === null) return `${guestOf(memoryGiB)} is copied for as long as it takes`
  const what = action === 'abort' ? 'aborted' : 'forced to complete'
  return `${guestOf(memoryGiB)} is ${what} after ${spanInWords(timeout)}`
}

/** "a 64 GiB guest", "an 8 GiB guest" */
export const guestOf = (memoryGiB: number): string =>
  `${/^(?:8|1[18](?!\d))/.test(String(memoryGiB)) ? 'an' : 'a'} ${memoryGiB} GiB guest`

/** "90 s", "26.7 min", "14.2 h": one figure, as an operator says it. */
export function spanInWords(seconds: number): string {
  if (seconds < 120) return `${rounded(seconds)} s`
  if (seconds < 7200) return `${rounded(seconds / 60)} min`
  return `${rounded(seconds / 3600)} h`
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10)
