import type { Schedule } from '@landfall/core'
import type { Release } from '../options/release.ts'
import { newestRelease } from '../options/release.ts'
import { libvirt } from '../options/nova-option.ts'
import { fullName, novaOptions } from '../options/schema.ts'
import type { Reading } from '../oslo/read-oslo.ts'
import { completionTimeoutS, dataGiB, downtimeSchedule } from '../rules/schedule.ts'
import type { GuestSize, ObeyedConfig } from './intent-from-config.ts'
import { intentFromConfig } from './intent-from-config.ts'
import { valuesIn } from './values.ts'

/** Nova's own schedule for a guest, exactly: its steps, its timeout, its action. */
export function scheduleFromConfig(
  readings: ReadonlyMap<string, Reading>,
  guest: GuestSize,
  release: Release = newestRelease,
): Schedule {
  const { number, flag, text } = valuesIn(readings)
  const gib = dataGiB(guest.memoryMiB, guest.copiedDiskBytes ?? [])
  const settings = {
    downtimeMs: Math.max(100, number(libvirt('downtime'))),
    steps: Math.max(3, number(libvirt('downtime_steps'))),
    delayS: Math.max(3, number(libvirt('downtime_delay'))),
  }
  const timeoutS = completionTimeoutS(number(libvirt('completion_timeout')), gib)
  const postCopy = flag(libvirt('permit_post_copy'))
  const forced = text(libvirt('timeout_action')) === 'force_complete'
  return {
    name: 'Nova',
    pauses: downtimeSchedule(settings, gib, release).map(({ afterS, downtimeMs }) => ({
      afterMs: afterS * 1000,
      downtimeMs,
    })),
    timeoutMs: timeoutS === null ? null : timeoutS * 1000,
    timeoutAction: forced ? 'force-complete' : 'abort',
    // Nova leaves it out where post-copy is permitted.
    autoConverge: flag(libvirt('permit_auto_converge')) && !postCopy,
    postCopy,
  }
}

/** As {@link intentFromConfig}, to be carried out as Nova would instead of being steered. */
export function novaWayFromConfig(readings: ReadonlyMap<string, Reading>, guest: GuestSize): ObeyedConfig {
  const { intent, options, mostAtOnce } = intentFromConfig(readings, guest)
  const schedule = scheduleFromConfig(readings, guest)
  const means = new Map(novaOptions.map((option) => [fullName(option), option.obeyed?.asNova?.(schedule)]))
  // Limits that nobody steers by would only be misread.
  const { deadlineMs: _, noGainLimitMs: __, ...rest } = intent
  return {
    intent: { ...rest, schedule },
    mostAtOnce,
    options: options.map((each) => ({ ...each, means: means.get(each.option) ?? each.means })),
  }
}
