import type { Said } from './events.ts'
import type { PrefixedLine } from './prefix.ts'

type Reading = (message: string, line: PrefixedLine) => Said | null

const count = '(\\d{1,20})'
const memory = `memory -?\\d+% remaining;? \\(bytes processed=${count}, remaining=${count}, total=${count}\\)`
const disk = `; disk -?\\d+% remaining \\(bytes processed=${count}, remaining=${count}, total=${count}\\)`
const running = new RegExp(`^Migration running for (\\d{1,9}) secs, ${memory}(?:${disk})?`)
const prepared = /^Took (\d+(?:\.\d+)?) seconds for pre_live_migration on destination host (\S+?)\.?(?: |$)/
const prepareFailed = /^Pre live migration failed at ([^\s:]+)(?:: ([^\n]*))?/
const downtime = /^Increasing downtime to (\d{1,9}) ?ms after (\d{1,9}) sec/
const downtimeRefused = /^Unable to increase max downtime to \d+ ?ms: (.*)/
const step = /\((\d{1,9}), (\d{1,9})\)/g
const atDestination = /^Post live migration at destination (\S+) failed/
const finished = /^Migrating instance to (\S+) finished successfully/
const moved = /^During the sync_power process the instance has moved from host (\S+) to host (\S+)/
const vifFailed =
  /^Failed waiting for network virtual interfaces to be plugged on the destination host ([^\s:]+?)\.?(?:[\s:]|$)/
const vifHost = /networking backend on host (\S+) does/
const lifecycle = /^VM (Started|Paused|Resumed|Stopped|Suspended|[A-Za-z ]+) \(Lifecycle Event\)/
const skipped = /^Skipping host: (\S+) because: (.*)/
const task = /^Failed to (?:compute_task_|conductor_)?(migrate_server|resize|cold_migrate): (.*)/
const filter = /^Filter (\S+) returned 0 hosts/
const unexpected = /^Migration of instance \S+ to host (\S+) unexpectedly failed/

const says =
  (said: Said): Reading =>
  () =>
    said

/** `Words: <what libvirt or Python says>` */
const withError =
  (
    what:
      | 'libvirt-failure'
      | 'monitor-failure'
      | 'post-copy-failed'
      | 'abort-failed'
      | 'live-failure'
      | 'abort-at-start-failed',
    words: string,
  ): Reading =>
  (message) => ({ what, error: cut(message.slice(words.length).replace(/^[:.,\s]+/, '')) })

const complaint: Reading = (message) => ({
  what: 'complaint',
  words: cut(message.split(/: (?=[\w.]*(?:Error|Exception|[A-Z]\w+):)/)[0] ?? '').slice(0, 200),
  error: cut(message),
})

const fromNova = (line: PrefixedLine, name: string): boolean => line.logger.endsWith(name)

function readRunning(message: string): Said | null {
  const found = running.exec(message)
  if (found === null) return null
  return {
    what: 'running',
    elapsedS: number(found, 1),
    processedBytes: number(found, 2),
    remainingBytes: number(found, 3),
    totalBytes: number(found, 4),
    diskProcessedBytes: number(found, 5),
    diskRemainingBytes: number(found, 6),
    format: message.startsWith('; (', message.indexOf(' remaining') + 10) ? 'old' : 'new',
  }
}

const number = (found: RegExpExecArray | null, group: number): number => Number(found?.[group] ?? 0)
const words = (found: RegExpExecArray | null, group: number): string => found?.[group] ?? ''

/**
 * What Nova's messages begin with, by release where they differ (nova/compute/manager.py, nova/virt/libvirt/driver.py and
 * migration.py, conductor/tasks/live_migrate.py from 12 to HEAD).
 */
const readings: readonly (readonly [start: string, Reading])[] = [
  ['Migration running for ', readRunning],
  ['Data remaining ', (message) => (message.includes('low watermark') ? { what: 'low-watermark' } : null)],
  [
    'Took ',
    (message) => {
      const found = prepared.exec(message)
      return found && { what: 'prepared', seconds: number(found, 1), to: words(found, 2) }
    },
  ],
  [
    'Increasing downtime to ',
    (message) => {
      const found = downtime.exec(message)
      return found && { what: 'downtime', downtimeMs: number(found, 1), afterS: number(found, 2) }
    },
  ],
  [
    'Unable to increase max downtime',
    (message) => {
      const found = downtimeRefused.exec(message)
      return found && { what: 'downtime-refused', error: cut(words(found, 1)) }
    },
  ],
  [
    'Current None elapsed ',
    (message) => {
      const steps = [...message.slice(0, 4096).matchAll(step)].map(
        (found) => [number(found, 1), number(found, 2)] as const,
      )
      return steps.length === 0 ? null : { what: 'schedule', steps }
    },
  ],
  ['Live migration not completed after ', (message) => ({ what: 'timeout', seconds: firstNumber(message) })],
  ['Live migration stuck for ', (message) => ({ what: 'stuck', seconds: firstNumber(message) })],
  ['Switching to post-copy migration mode', says({ what: 'post-copy' })],
  ['Failed to switch to post-copy', withError('post-copy-failed', 'Failed to switch to post-copy live migration')],
  ['Failed to abort migration', withError('abort-failed', 'Failed to abort migration')],
  ['Failed to cancel migration', withError('abort-failed', 'Failed to cancel migration')],
  ['Migration operation has completed', says({ what: 'job-completed' })],
  ['Migration operation has aborted', says({ what: 'job-failed' })],
  ['Migration operation was cancelled', says({ what: 'job-cancelled' })],
  ['Live Migration failure', withError('libvirt-failure', 'Live Migration failure')],
  ['Error monitoring migration', withError('monitor-failure', 'Error monitoring migration')],
  ['Live migration failed', withError('live-failure', 'Live migration failed')],
  ['Starting monitoring of live migration', says({ what: 'monitoring' })],
  ['_post_live_migration() is started', says({ what: 'post-started' })],
  [
    'Post live migration at destination ',
    (message) => {
      const found = atDestination.exec(message)
      return found && { what: 'post-at-destination-failed', to: words(found, 1), error: cut(afterColon(message)) }
    },
  ],
  [
    'Migrating instance to ',
    (message) => {
      const found = finished.exec(message)
      return found && { what: 'finished', to: words(found, 1) }
    },
  ],
  ['Swapping old allocation on ', says({ what: 'rolled-back' })],
  ['Instance found in migrating state during startup', says({ what: 'reset-at-start' })],
  ['Failed to abort live-migration', withError('abort-at-start-failed', 'Failed to abort live-migration')],
  ['Successfully cancelled queued live migration', says({ what: 'queued-cancelled', by: 'service-stop' })],
  [
    'Migration ',
    (message) =>
      message.includes(' aborted by another process, rollback')
        ? { what: 'queued-cancelled', by: 'request' }
        : message.includes(' failed to submit as the compute service')
          ? { what: 'not-submitted' }
          : null,
  ],
  ['Terminating instance', says({ what: 'terminating' })],
  ['Instance is unexpectedly not found', says({ what: 'not-found-on-source' })],
  ['Check if temp file ', says({ what: 'source-check' })],
  ['Creating tmpfile ', says({ what: 'destination-check' })],
  ['migrate_data in pre_live_migration', says({ what: 'preparing-destination' })],
  [
    'Pre live migration failed at ',
    (message) => {
      const found = prepareFailed.exec(message)
      return found && { what: 'prepare-failed', to: words(found, 1), error: cut(words(found, 2)) }
    },
  ],
  [
    'Failed waiting for network virtual interfaces',
    (message) => {
      const found = vifFailed.exec(message)
      return { what: 'vif-failed', to: found?.[1] ?? null, error: cut(afterColon(message)) }
    },
  ],
  [
    'Timed out waiting for events: ',
    (message) => ({
      what: 'vif-failed',
      to: vifHost.exec(message)?.[1] ?? null,
      error: cut(message.split('. If ')[0] ?? ''),
    }),
  ],
  ['Unexpected error during post live migration', complaint],
  ['Network cleanup failed for ', complaint],
  ['An error occurred while cleaning up networking', complaint],
  ['An error occurred while deallocating network', complaint],
  ['Connection for volume ', complaint],
  ['Volume attachment ', complaint],
  ['Did not find resource allocations for migration', complaint],
  ['Unable to revert allocations during live migration', complaint],
  ['Reverting allocation in placement for migration', complaint],
  ['Confirm resize failed on source host', complaint],
  ['Failed to revert crashed migration', complaint],
  ['Live migration ended with no migrate_data', complaint],
  ['Unexpected migration job type', complaint],
  ['Timeout waiting for Neutron events', complaint],
  ['Error trying to reschedule', complaint],
  ['Failed to pause instance during live-migration', complaint],
  ['Failed to resume paused instance before live-migration', complaint],
  ['Post operation of migration started', says({ what: 'post-on-destination' })],
  [
    'During the sync_power process ',
    (message) => {
      const found = moved.exec(message)
      return found && { what: 'moved', from: words(found, 1), to: words(found, 2) }
    },
  ],
  ['During sync_power_state the instance has a pending task (migrating)', says({ what: 'still-migrating' })],
  [
    'VM ',
    (message) => {
      const state = lifecycle.exec(message)?.[1]
      if (state === undefined) return null
      const known = (['Started', 'Paused', 'Resumed', 'Stopped', 'Suspended'] as const).find((each) => each === state)
      return { what: 'lifecycle', state: known ?? 'Other' }
    },
  ],
  [
    'Exception during message handling',
    (message) => ({ what: 'exception', where: null, error: cut(afterColon(message)) }),
  ],
  [
    'Setting instance vm_state to ERROR',
    (message) => ({ what: 'instance-state', state: 'ERROR', error: cut(afterColon(message)) }),
  ],
  [
    'Setting instance back to ',
    (message) => ({
      what: 'instance-state',
      state: /^Setting instance back to (\S+)/.exec(message)?.[1]?.toUpperCase() ?? '',
      error: cut(/ after: (.*)/.exec(message)?.[1] ?? ''),
    }),
  ],
  [
    'Setting instance to ',
    (message) => ({
      what: 'instance-state',
      state: /^Setting instance to (\S+) state/.exec(message)?.[1]?.toUpperCase() ?? '',
      error: '',
    }),
  ],
  // Cold: prep_resize says nothing but this word.
  [
    'Migrating',
    (message, line) =>
      /^Migrating\s*$/.test(message) && fromNova(line, 'compute.manager') ? { what: 'cold-begun' } : null,
  ],
  ['Starting migrate_disk_and_power_off', says({ what: 'cold-power-off' })],
  ['Instance shutdown successfully', says({ what: 'shut-down', forced: false })],
  ['Instance failed to shutdown in', says({ what: 'shut-down', forced: true })],
  ['Starting finish_migration', says({ what: 'cold-finishing' })],
  ['finish_migration finished successfully', says({ what: 'cold-finished' })],
  ['Going to confirm migration', says({ what: 'cold-confirming' })],
  ['Confirming resize on source host', says({ what: 'cold-confirming' })],
  ['Starting finish_revert_migration', says({ what: 'cold-reverting' })],
  ['Reverting resize on ', says({ what: 'cold-reverting' })],
  [
    'Skipping host: ',
    (message) => {
      const found = skipped.exec(message)
      return found && { what: 'host-skipped', to: words(found, 1), error: cut(words(found, 2)) }
    },
  ],
  [
    'Migration of instance ',
    (message) => {
      const found = unexpected.exec(message)
      return found && { what: 'refused', task: 'live', error: cut(afterColon(message)) }
    },
  ],
  [
    'Failed to ',
    (message) => {
      const found = task.exec(message)
      // Both kinds are one method, migrate_server, until Ussuri; which it was is told by what else the request said.
      return (
        found && { what: 'refused', task: found[1] === 'migrate_server' ? 'live' : 'cold', error: cut(words(found, 2)) }
      )
    },
  ],
  [
    'Filter ',
    (message) => {
      const found = filter.exec(message)
      return found && { what: 'no-host-left', filter: words(found, 1) }
    },
  ],
]

const firstNumber = (message: string): number => Number(/\d{1,9}/.exec(message)?.[0] ?? 0)
const afterColon = (message: string): string => {
  const colon = message.indexOf(': ')
  return colon === -1 ? '' : message.slice(colon + 2)
}

/** Longest text that is kept of an error. */
const longestError = 500
const cut = (text: string): string => (text.length > longestError ? text.slice(0, longestError) : text).trim()

/** By the first character, so that most messages meet one or two starts. */
const byFirst = new Map<string, (readonly [string, Reading])[]>()
for (const reading of readings) {
  const first = reading[0].charAt(0)
  byFirst.set(first, [...(byFirst.get(first) ?? []), reading])
}

/** Null for a message that says nothing about a migration. */
export function whatIsSaid(line: PrefixedLine): Said | null {
  for (const [start, read] of byFirst.get(line.message.charAt(0)) ?? []) {
    if (line.message.startsWith(start)) return read(line.message, line)
  }
  return null
}
