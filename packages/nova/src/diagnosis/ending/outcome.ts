import type { HostLog } from '../../logs/host-log.ts'
import { arrived } from '../episodes/cold-episodes.ts'
import type { Episode } from '../episodes/episode.ts'
import { copied, first, last } from '../episodes/episode.ts'
import type { MigrationOutcome } from '../finding.ts'
import { failedBehindCopy, failedThere } from './failed-there.ts'
import type { Restart } from './restart.ts'
import { deletedMeanwhile } from './deleted.ts'
import { refusalIn } from '../meanings/refusals.ts'

/** How it ended, as far as the logs tell. */
export function outcomeOf(episode: Episode, restart: Restart | null, sourceLog: HostLog | null): MigrationOutcome {
  return episode.kind === 'live' ? ofLive(episode, restart, sourceLog) : ofCold(episode, restart)
}

function ofLive(episode: Episode, restart: Restart | null, sourceLog: HostLog | null): MigrationOutcome {
  const has = (...whats: Parameters<typeof first>[1][]): boolean => first(episode, ...whats) !== undefined
  if (deletedMeanwhile(episode) !== undefined) return 'cancelled'
  if (failedThere(episode) !== undefined) return 'failed'
  if (has('prepare-failed') && !copied(episode)) return 'refused'
  // Nova takes a domain that is gone for one that has moved: after an error of libvirt's own it is not.
  if (has('finished')) return 'completed'
  // What watches the copy ends with an error where what comes behind it failed.
  if (has('job-completed', 'post-started')) {
    return guestWasLost(episode) || has('monitor-failure', 'live-failure') ? 'failed' : 'completed'
  }
  if (has('job-cancelled', 'queued-cancelled')) return 'cancelled'
  if (endUnexplained(episode)) return 'unknown'
  if (has('job-failed', 'libvirt-failure', 'monitor-failure', 'live-failure', 'abort-at-start-failed')) {
    return clientCancelled(episode) ? 'cancelled' : 'failed'
  }
  if (has('post-on-destination')) return 'completed'
  if (restart !== null) return restart.what === 'reset' || elsewhere(episode) ? 'failed' : 'unknown'
  if (has('not-submitted')) return 'failed'
  if (failedBehindCopy(episode)) return 'failed'
  if (has('refused')) return copied(episode) ? 'failed' : 'refused'
  if (has('vif-failed', 'exception') && !copied(episode) && !has('prepared', 'monitoring')) return 'refused'
  if (has('vif-failed') && !copied(episode)) return 'refused'
  return stillGoes(episode, sourceLog) ? 'running' : 'unknown'
}

/**
 * The job was over, and nobody says of what: of one that failed and of one that was cancelled libvirt's own words always come first,
 * so their line is missing.
 */
export const endUnexplained = (episode: Episode): boolean =>
  first(episode, 'job-failed') !== undefined &&
  first(
    episode,
    ...(['job-cancelled', 'libvirt-failure', 'monitor-failure', 'live-failure', 'abort-at-start-failed'] as const),
  ) === undefined

/** After a restart nobody says how the copy went on; the guest itself does, where it comes up. */
const elsewhere = (episode: Episode): boolean =>
  episode.told.some(({ said, host }) => said.what === 'lifecycle' && said.state === 'Resumed' && host !== episode.from)

/** libvirt said that the job failed before Nova held it for completed, and nobody saw the guest come up. */
function guestWasLost(episode: Episode): boolean {
  const failed = first(episode, 'libvirt-failure')
  return (
    failed !== undefined &&
    !clientCancelled(episode) &&
    !elsewhere(episode) &&
    first(episode, 'post-on-destination') === undefined
  )
}

/** The words of libvirt when a job was aborted by somebody. */
const cancelledWords = /cancell?ed by (?:client|user)|operation aborted: (?:migration|job)/i
function clientCancelled(episode: Episode): boolean {
  const failures = episode.told.filter(({ said }) => said.what === 'libvirt-failure')
  return (
    !episode.told.some(
      ({ said }) =>
        (said.what === 'monitor-failure' || said.what === 'live-failure') && !cancelledWords.test(said.error),
    ) &&
    failures.length > 0 &&
    failures.every(({ said }) => 'error' in said && cancelledWords.test(said.error))
  )
}

/** The log ends, or is silent for less than Nova would be between two of its lines. */
function stillGoes(episode: Episode, sourceLog: HostLog | null): boolean {
  const latest = last(episode, 'prepared', 'monitoring', 'running', 'downtime', 'timeout', 'post-copy')
  if (latest === undefined || !(copied(episode) || first(episode, 'prepared', 'monitoring') !== undefined)) return false
  return sourceLog === null || sourceLog.lastAt === null || sourceLog.lastAt - latest.at < 120_000
}

function ofCold(episode: Episode, restart: Restart | null): MigrationOutcome {
  const reverted = first(episode, 'cold-reverting') !== undefined
  if (first(episode, 'cold-finished') !== undefined || episode.told.some((each) => arrived(episode, each))) {
    return reverted ? 'cancelled' : 'completed'
  }
  if (first(episode, 'cold-confirming') !== undefined) return 'completed'
  const begun = first(episode, 'cold-begun', 'cold-power-off', 'cold-finishing') !== undefined
  const failure = last(episode, 'instance-state', 'exception', 'refused')
  if (failure !== undefined && 'error' in failure.said) {
    const off = first(episode, 'cold-power-off', 'shut-down', 'cold-finishing') !== undefined
    return begun && (off || refusalIn(failure.said.error) === null) ? 'failed' : 'refused'
  }
  if (restart !== null) return 'failed'
  if (reverted) return 'cancelled'
  return 'unknown'
}
