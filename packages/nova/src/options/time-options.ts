import { formatDuration } from '@landfall/core'
import {
  completionTimeoutS,
  dataGiB,
  downtimeSchedule,
  guestOf,
  spanInWords,
  timeoutInWords,
} from '../rules/schedule.ts'
import type { EffectSetting, NovaOption, ObeySetting, OptionValues } from './nova-option.ts'
import { integer, libvirt, period, since } from './nova-option.ts'
import { newestRelease } from './release.ts'

/** QEMU takes no longer downtime limit than this. */
const longestPauseMs = 2_000_000

const longestPause = ({ number }: OptionValues): number => Math.max(100, number(libvirt('downtime')))
const forced = ({ text }: OptionValues): boolean => text(libvirt('timeout_action')) === 'force_complete'
const mayPauseForAnyTime = (setting: ObeySetting): boolean =>
  forced(setting) && !setting.flag(libvirt('permit_post_copy'))

function deadline({ number, gib }: ObeySetting): number | null {
  const seconds = completionTimeoutS(number(libvirt('completion_timeout')), gib)
  return seconds === null ? null : seconds * 1000
}

function scheduleInWords({ release, guestGiB, number }: EffectSetting): string {
  // Before 16 Nova took what it was given and kept to these by itself.
  const settings = {
    downtimeMs: Math.max(100, number(libvirt('downtime'))),
    steps: Math.max(3, number(libvirt('downtime_steps'))),
    delayS: Math.max(release < 16 ? 10 : 3, number(libvirt('downtime_delay'))),
  }
  const steps = downtimeSchedule(settings, dataGiB(guestGiB * 1024, []), release)
  const first = steps[0]?.downtimeMs ?? settings.downtimeMs
  const after = steps.at(-1)?.afterS ?? 0
  return `${guestOf(guestGiB)} may pause ${first} ms at first, and ${settings.downtimeMs} ms only after ${spanInWords(after)}`
}

function timeoutEffect(setting: EffectSetting): string {
  const { guestGiB, number, flag } = setting
  const perGiB = number(libvirt('completion_timeout'))
  const said = timeoutInWords(guestGiB, perGiB, forced(setting) ? 'force_complete' : 'abort')
  if (!forced(setting) || completionTimeoutS(perGiB, dataGiB(guestGiB * 1024, [])) === null) return said
  return `${said}: ${flag(libvirt('permit_post_copy')) ? 'by post-copy' : 'it is paused until the rest is copied'}`
}

/** How long a migration may pause the guest, and how long it may take. */
export const timeOptions: readonly NovaOption[] = [
  {
    group: 'libvirt',
    name: 'live_migration_downtime',
    periods: [period(12, 15, integer(), '500'), period(16, newestRelease, integer(100), '500')],
    mutable: null,
    meaning: 'ms; the longest pause that Nova ever asks QEMU for, reached in steps',
    effect: scheduleInWords,
    obeyed: {
      becomes: 'the pause limit, from the start instead of in steps',
      field: 'maxPauseMs',
      means: (setting) =>
        mayPauseForAnyTime(setting)
          ? 'not a limit: see the timeout action'
          : `pause ≤ ${formatDuration(longestPause(setting))}`,
      intent: (setting) => ({
        maxPauseMs: mayPauseForAnyTime(setting) ? longestPauseMs : longestPause(setting),
      }),
      asNova: ({ pauses }) => {
        const [first, last] = [pauses[0], pauses.at(-1)]
        if (first === undefined || last === undefined) return ''
        return `${formatDuration(first.downtimeMs)} at once, in ${pauses.length - 1} steps to ${formatDuration(last.downtimeMs)} after ${formatDuration(last.afterMs)}`
      },
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_downtime_steps',
    periods: [period(12, 15, integer(), '10'), period(16, newestRelease, integer(3), '10')],
    mutable: null,
    meaning: 'in how many steps the pause grows to live_migration_downtime',
    effect: scheduleInWords,
  },
  {
    group: 'libvirt',
    name: 'live_migration_downtime_delay',
    periods: [period(12, 15, integer(), '75'), period(16, newestRelease, integer(3), '75')],
    mutable: null,
    meaning: 's per GiB of memory and copied disks between two of those steps',
    effect: scheduleInWords,
  },
  {
    group: 'libvirt',
    name: 'live_migration_completion_timeout',
    periods: [period(12, 18, integer(), '800'), period(19, newestRelease, integer(0), '800')],
    mutable: { from: 14, to: newestRelease },
    meaning: 's per GiB after which live_migration_timeout_action is taken; 0 for never',
    effect: timeoutEffect,
    obeyed: {
      becomes: 'the deadline: seconds per GiB, at least 2 GiB',
      field: 'deadlineMs',
      means: (setting) => {
        const deadlineMs = deadline(setting)
        return deadlineMs === null ? 'no deadline' : `done within ${formatDuration(deadlineMs)}`
      },
      intent: (setting) => {
        const deadlineMs = deadline(setting)
        return deadlineMs === null ? {} : { deadlineMs }
      },
      asNova: ({ timeoutMs }) =>
        timeoutMs === null ? 'no timeout' : `the timeout is after ${formatDuration(timeoutMs)}`,
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_timeout_action',
    periods: since(19, { kind: 'string', choices: ['abort', 'force_complete'] }, 'abort'),
    mutable: { from: 19, to: newestRelease },
    meaning: 'at the timeout: abort, or force_complete (post-copy where permitted, else the guest is paused)',
    effect: timeoutEffect,
    obeyed: {
      becomes:
        '`abort`: aborted as soon as the deadline cannot be met. `force_complete`: post-copy where permitted, else a pause of any length',
      means: (setting) => {
        if (!forced(setting)) return 'aborted when the deadline cannot be met'
        return mayPauseForAnyTime(setting)
          ? 'a pause of any length rather than an abort'
          : 'post-copy rather than an abort'
      },
      asNova: ({ timeoutAction, postCopy }) => {
        if (timeoutAction === 'abort') return 'aborted by its timeout'
        return postCopy ? 'forced by post-copy' : 'forced by stopping the guest, for as long as it takes'
      },
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_progress_timeout',
    periods: [period(12, 14, integer(), '150'), period(15, 18, integer(), '0')],
    mutable: { from: 14, to: 18 },
    deprecated: {
      since: 15,
      why: 'it watched the remaining bytes between passes, a saw-tooth that says nothing there (bug 1644248)',
    },
    removed: { in: 19, why: 'it aborted healthy migrations; nothing took its place' },
    meaning: 's without a new low of the remaining bytes after which the migration was aborted',
    effect: ({ guestGiB }, value) =>
      typeof value === 'number' && value > 0
        ? `${guestOf(guestGiB)} is aborted after ${spanInWords(value)} without a new low of the bytes left, which a healthy pass over it takes too`
        : 'nothing: it is off',
    obeyed: {
      becomes:
        'given up when no _pass_ has left less for this long. Nova watched the bytes between passes (bug 1644248), deprecated it in Ocata and removed it in Stein',
      field: 'noGainLimitMs',
      means: ({ number }) => {
        const seconds = number(libvirt('progress_timeout'))
        return seconds > 0
          ? `given up when no pass has left less for ${seconds} s. Nova watched the bytes between passes (bug 1644248), deprecated it in Ocata and removed it in Stein`
          : 'not used; Nova deprecated it in Ocata and removed it in Stein (bug 1644248)'
      },
      intent: ({ number }) => {
        const seconds = number(libvirt('progress_timeout'))
        return seconds > 0 ? { noGainLimitMs: seconds * 1000 } : {}
      },
      asNova: () => 'not used: Nova removed it in Stein',
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_monitor_interval',
    periods: since(34, integer(), '5'),
    mutable: null,
    meaning: 'seconds between two looks at a copy that are kept and logged; 0 stops the watching with an error',
    effect: (_setting, value) =>
      value === 0
        ? 'the monitor of every migration fails with a division by zero: no interval may be 0'
        : `a copy is told of every ${String(value ?? 5)} s at DEBUG`,
  },
]
