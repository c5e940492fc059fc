import type { Intent } from '@landfall/core'
import { formatDuration } from '@landfall/core'
import type { Origin, Reading } from '../oslo/read-oslo.ts'
import { completionTimeoutS, dataGiB } from '../rules/schedule.ts'
import { valuesOf } from './values.ts'

/** What one option of nova.conf became, for the operator. */
export interface ObeyedOption {
  /** `libvirt.live_migration_downtime` */
  readonly option: string
  readonly value: string
  /** Where it was set; "default" where nobody did. */
  readonly from: string
  readonly means: string
}

export interface ObeyedConfig {
  readonly intent: Intent
  readonly options: readonly ObeyedOption[]
  /** Migrations that may leave one host at a time; null for any number. */
  readonly mostAtOnce: MostAtOnce | null
}

export interface MostAtOnce {
  readonly count: number
  /** Where it was set. */
  readonly from: string
}

/** The guest, as far as Nova's rules look at it. */
export interface GuestSize {
  readonly memoryMiB: number
  /** File sizes of the local disks that are copied along; none when absent. */
  readonly copiedDiskBytes?: readonly number[] | undefined
}

/** QEMU takes no longer downtime limit than this. */
const longestPauseMs = 2_000_000

/**
 * Nova's options as an intent: what they permit, as a limit to be kept instead of a schedule to be run off. Defaults count
 * like what was written: what Nova does not permit is not done. An option that cannot be read is left at Nova's default.
 */
export function intentFromConfig(readings: ReadonlyMap<string, Reading>, guest: GuestSize): ObeyedConfig {
  const options: ObeyedOption[] = []
  const tell = (option: string, means: string): void => {
    const reading = readings.get(option)
    if (reading === undefined) return
    const value = reading.ok ? String(reading.value ?? '') : 'cannot be read'
    options.push({ option, value, from: originInWords(reading.origin), means })
  }
  const { number, flag, text } = valuesOf(readings)

  const postCopy = flag('libvirt.live_migration_permit_post_copy')
  tell('libvirt.live_migration_permit_post_copy', postCopy ? 'post-copy if needed' : 'no post-copy')
  const autoConverge = flag('libvirt.live_migration_permit_auto_converge') && !postCopy
  tell(
    'libvirt.live_migration_permit_auto_converge',
    autoConverge ? 'a throttle up to 99 %, computed instead of ramped' : 'no throttle',
  )

  const gib = dataGiB(guest.memoryMiB, guest.copiedDiskBytes ?? [])
  const timeoutS = completionTimeoutS(number('libvirt.live_migration_completion_timeout', 800), gib)
  const forced = text('libvirt.live_migration_timeout_action') === 'force_complete'
  const deadlineMs = timeoutS === null ? undefined : timeoutS * 1000
  const deadline = deadlineMs === undefined ? 'no deadline' : `done within ${formatDuration(deadlineMs)}`
  tell('libvirt.live_migration_completion_timeout', deadline)
  const anyPause = forced && !postCopy
  if (readings.has('libvirt.live_migration_timeout_action')) {
    const insteadOfAbort = anyPause ? 'a pause of any length rather than an abort' : 'post-copy rather than an abort'
    tell('libvirt.live_migration_timeout_action', forced ? insteadOfAbort : 'aborted when the deadline cannot be kept')
  }
  const downtimeMs = Math.max(100, number('libvirt.live_migration_downtime', 500))
  const maxPauseMs = anyPause ? longestPauseMs : downtimeMs
  tell(
    'libvirt.live_migration_downtime',
    anyPause ? 'not a limit: see the timeout action' : `pause ≤ ${formatDuration(downtimeMs)}`,
  )

  const progressS = number('libvirt.live_migration_progress_timeout', 0)
  if (readings.has('libvirt.live_migration_progress_timeout')) {
    const means =
      progressS > 0
        ? `given up when no pass has left less for ${progressS} s. Nova watched the bytes between passes (bug 1644248), deprecated it in Ocata and removed it in Stein`
        : 'not used; Nova deprecated it in Ocata and removed it in Stein (bug 1644248)'
    tell('libvirt.live_migration_progress_timeout', means)
  }

  const bandwidthMiBps = number('libvirt.live_migration_bandwidth', 0)
  tell('libvirt.live_migration_bandwidth', bandwidthMiBps > 0 ? `at most ${bandwidthMiBps} MiB/s` : 'no limit')
  const parallel = number('libvirt.live_migration_parallel_connections', 1)
  tell(
    'libvirt.live_migration_parallel_connections',
    parallel > 1 ? `${parallel} streams, without post-copy` : 'one stream',
  )
  const tls = flag('libvirt.live_migration_with_native_tls')
  tell('libvirt.live_migration_with_native_tls', tls ? "QEMU's own TLS" : 'no TLS of its own')
  tell(
    'libvirt.live_migration_inbound_addr',
    'not read off here: migration_address of the destination in the hosts file says where its memory is sent to',
  )
  const most = number('DEFAULT.max_concurrent_live_migrations', 1)
  tell(
    'DEFAULT.max_concurrent_live_migrations',
    most > 0 ? `waits while ${most} ${most === 1 ? 'leaves' : 'leave'} its host` : 'any number at once',
  )
  const setBy = readings.get('DEFAULT.max_concurrent_live_migrations')
  const mostAtOnce =
    most > 0 ? { count: most, from: setBy === undefined ? 'default' : originInWords(setBy.origin) } : null

  const stream = {
    ...(bandwidthMiBps > 0 ? { bandwidthMiBps } : {}),
    parallelConnections: Math.max(1, parallel),
    // Nova has no option for it, and does not do it.
    compression: 'never' as const,
    ...(tls ? { tls: true as const } : {}),
  }
  const intent: Intent = {
    maxPauseMs,
    maxSlowdownPercent: autoConverge ? 99 : 0,
    postCopy: postCopy ? 'if-needed' : 'never',
    fallback: 'none',
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(progressS > 0 ? { noGainLimitMs: progressS * 1000 } : {}),
    stream,
  }
  return { intent, options, mostAtOnce }
}

/** "/etc/nova/nova.conf:12", "$OS_LIBVIRT__...", "default" */
export function originInWords(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default'
    case 'printed':
      return 'printed by the service'
    case 'environment':
      return `$${origin.name}`
    case 'file':
      return `${origin.path}:${origin.line}`
  }
}
