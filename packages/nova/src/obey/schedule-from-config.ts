import type { Schedule } from '@landfall/core'
import { formatDuration } from '@landfall/core'
import type { Release } from '../options/release.ts'
import { newestRelease } from '../options/release.ts'
import type { Reading } from '../oslo/read-oslo.ts'
import { completionTimeoutS, dataGiB, downtimeSchedule } from '../rules/schedule.ts'
import type { GuestSize, ObeyedConfig } from './intent-from-config.ts'
import { intentFromConfig } from './intent-from-config.ts'
import { valuesOf } from './values.ts'

/** Nova's own schedule for a guest, exactly: its steps, its timeout, its action. */
export function scheduleFromConfig(
  readings: ReadonlyMap<string, Reading>,
  guest: GuestSize,
  release: Release = newestRelease,
): Schedule {
  const { number, flag, text } = valuesOf(readings)
  const gib = dataGiB(guest.memoryMiB, guest.copiedDiskBytes ?? [])
  const settings = {
    downtimeMs: Math.max(100, number('libvirt.live_migration_downtime', 500)),
    steps: Math.max(3, number('libvirt.live_migration_downtime_steps', 10)),
    delayS: Math.max(3, number('libvirt.live_migration_downtime_delay', 75)),
  }
  const timeoutS = completionTimeoutS(number('libvirt.live_migration_completion_timeout', 800), gib)
  const postCopy = flag('libvirt.live_migration_permit_post_copy')
  const forced = text('libvirt.live_migration_timeout_action') === 'force_complete'
  return {
    name: 'Nova',
    pauses: downtimeSchedule(settings, gib, release).map(({ afterS, downtimeMs }) => ({
      afterMs: afterS * 1000,
      downtimeMs,
    })),
    timeoutMs: timeoutS === null ? null : timeoutS * 1000,
    timeoutAction: forced ? 'force-complete' : 'abort',
    // Nova leaves it out where post-copy is permitted.
    autoConverge: flag('libvirt.live_migration_permit_auto_converge') && !postCopy,
    postCopy,
  }
}

/** As {@link intentFromConfig}, to be carried out as Nova would instead of being steered. */
export function novaWayFromConfig(readings: ReadonlyMap<string, Reading>, guest: GuestSize): ObeyedConfig {
  const { intent, options, mostAtOnce } = intentFromConfig(readings, guest)
  const schedule = scheduleFromConfig(readings, guest)
  const means = new Map(Object.entries(meaningsOf(schedule)))
  // Limits that nobody steers by would only be misread.
  const { deadlineMs: _, noGainLimitMs: __, ...rest } = intent
  return {
    intent: { ...rest, schedule },
    mostAtOnce,
    options: options.map((each) => ({ ...each, means: means.get(each.option) ?? each.means })),
  }
}

function meaningsOf({ pauses, timeoutMs, timeoutAction, autoConverge, postCopy }: Schedule): Record<string, string> {
  const [first, last] = [pauses[0], pauses.at(-1)]
  const forced = postCopy ? 'forced by post-copy' : 'forced by stopping the guest, for as long as it takes'
  return {
    'libvirt.live_migration_downtime':
      first === undefined || last === undefined
        ? ''
        : `${formatDuration(first.downtimeMs)} at once, in ${pauses.length - 1} steps to ${formatDuration(last.downtimeMs)} after ${formatDuration(last.afterMs)}`,
    'libvirt.live_migration_completion_timeout':
      timeoutMs === null ? 'no timeout' : `the timeout is after ${formatDuration(timeoutMs)}`,
    'libvirt.live_migration_timeout_action': timeoutAction === 'abort' ? 'aborted by its timeout' : forced,
    'libvirt.live_migration_permit_post_copy': postCopy ? 'armed, and used by the timeout alone' : 'no post-copy',
    'libvirt.live_migration_permit_auto_converge': autoConverge
      ? "QEMU's own throttle: 20 %, 10 more each time, up to 99"
      : 'no throttle',
    'libvirt.live_migration_progress_timeout': 'not used: Nova removed it in Stein',
  }
}
