import { formatBytes, formatDuration } from '@landfall/core'
import type { Case } from '../case.ts'
import { all, first } from '../episodes/episode.ts'
import { deletedMeanwhile } from '../ending/deleted.ts'
import { endUnexplained } from '../ending/outcome.ts'
import type { Cause } from '../finding.ts'
import type { Told } from '../episodes/told.ts'
import { says } from '../episodes/told.ts'
import { placesOf, someOf } from './evidence.ts'
import { pauseInWords } from './forced.ts'

/** Nova ends the guest of an instance that is deleted, whatever it is doing; what libvirt and Nova say of the copy then follows from that. */
export function deleted({ episode }: Case): Cause | null {
  const told = deletedMeanwhile(episode)
  if (told === undefined) return null
  const failure = first(episode, 'libvirt-failure', 'monitor-failure', 'live-failure', 'job-failed', 'job-completed')
  return {
    code: 'instance-deleted',
    message: `the instance was deleted while it was moved: ${episode.from ?? 'its host'} ended its guest, and the copy with it`,
    numbers: {},
    evidence: placesOf(told, failure),
  }
}

/** Nova logs its own timeouts; a job that is cancelled without one was aborted through the API or on the host. */
export function aborted({ episode, outcome, restart, copying, sourceLog }: Case): Cause | null {
  if (outcome !== 'cancelled' || episode.kind !== 'live' || deletedMeanwhile(episode) !== undefined) return null
  const cancelled =
    first(episode, 'job-cancelled') ?? first(episode, 'queued-cancelled') ?? first(episode, 'libvirt-failure')
  if (cancelled === undefined || (restart !== null && restart.at <= cancelled.at)) return null
  const stuck = first(episode, 'stuck')
  const timeout = first(episode, 'timeout')
  const left = copying.samples.at(-1)
  const rest = left === undefined ? '' : `, with ${formatBytes(left.remainingBytes)} left`
  if (stuck !== undefined && precedes(stuck, cancelled)) {
    return {
      code: 'aborted-by-timeout',
      message: `aborted by live_migration_progress_timeout: no new low of the remaining bytes for ${stuck.said.seconds} s${rest}. They are a saw-tooth, which says nothing between passes (bug 1644248); Nova removed the option in Stein`,
      numbers: { progressTimeoutS: stuck.said.seconds },
      evidence: [stuck.place, cancelled.place],
    }
  }
  if (timeout !== undefined && precedes(timeout, cancelled)) {
    return {
      code: 'aborted-by-timeout',
      message: `aborted by live_migration_completion_timeout after ${formatDuration(timeout.said.seconds * 1000)}${rest}`,
      numbers: { timeoutS: timeout.said.seconds },
      evidence: [timeout.place, cancelled.place],
    }
  }
  if (cancelled.said.what === 'queued-cancelled' && cancelled.said.by === 'service-stop') return null
  if (cancelled.said.what !== 'queued-cancelled' && !logged(episode, cancelled, sourceLog)) return null
  return {
    code: 'aborted-by-operator',
    message: `aborted through the API or on the host, by no timeout of Nova's${rest}`,
    numbers: left === undefined ? {} : { elapsedS: Math.round(left.timeS), remainingBytes: left.remainingBytes },
    evidence: placesOf(cancelled, first(episode, 'libvirt-failure')),
  }
}

/** Nova met the end of a job that did not move the guest, and the lines before it are not there. */
export function unexplained({ episode, outcome }: Case): Cause | null {
  const end = first(episode, 'job-failed')
  if (outcome !== 'unknown' || end === undefined || !endUnexplained(episode)) return null
  return {
    code: 'end-unexplained',
    message:
      'it ended without having moved; the lines right before, which say whether it failed or was cancelled, are missing',
    numbers: {},
    evidence: [end.place],
  }
}

/** By its place in the file or by its time: the two may contradict each other. */
const precedes = (warning: Told, end: Told): boolean => warning.key <= end.key || warning.at <= end.at

/**
 * That Nova warned of no timeout shows only where its lines from right before are there: it says something of every copy
 * each half minute.
 */
function logged(episode: Case['episode'], cancelled: Told, sourceLog: Case['sourceLog']): boolean {
  if (hasHoles(episode, cancelled, sourceLog)) return false
  const before = episode.told.findLast(({ key, said }) => key < cancelled.key && copySays.has(said.what))
  const reaches = sourceLog === null || sourceLog.firstAt === null || sourceLog.firstAt <= cancelled.at - abortTakesMs
  return reaches && before !== undefined && cancelled.key - before.key <= longestSilenceMs
}
/** Lines are missing right before, or stand in the wrong place: the one that warns of a timeout may be among them. */
function hasHoles({ told }: Case['episode'], cancelled: Told, sourceLog: Case['sourceLog']): boolean {
  const near = (at: number): boolean => at <= cancelled.at + 1000 && at >= cancelled.at - longestSilenceMs
  if (told.some(({ at, key }) => at < key)) return true
  return sourceLog !== null && (sourceLog.lost.some(near) || sourceLog.silences.some(({ to }) => near(to)))
}

const copySays: ReadonlySet<string> = new Set(['prepared', 'monitoring', 'schedule', 'downtime', 'running'])
const abortTakesMs = 5_000
const longestSilenceMs = 60_000

/** How long the source's service was to be waited for, and what it left. */
export function serviceRestarted({ episode, restart }: Case): Cause | null {
  const dropped =
    first(episode, 'not-submitted') ?? all(episode, 'queued-cancelled').find(({ said }) => said.by === 'service-stop')
  if (restart === null && dropped === undefined) return null
  const what =
    dropped !== undefined
      ? 'nova-compute was stopped on the source while it waited for its turn'
      : episode.kind === 'cold'
        ? 'nova-compute was restarted on the source during a migration, which Nova undoes'
        : first(episode, 'abort-at-start-failed') !== undefined
          ? 'nova-compute was restarted on the source during a migration; when it came up there was no job left to abort'
          : restart?.what === 'stopped-waiting'
            ? 'nova-compute was told to stop on the source, waited for the migration as long as manager_shutdown_timeout lets it ([DEFAULT], 160 s by default, 20 s of them for itself), and left it; the copy went on without anybody watching it until the service came up'
            : 'nova-compute was restarted on the source during a migration; the copy went on without anybody watching it until the service came up'
  const evidence = [
    ...placesOf(dropped, first(episode, 'abort-at-start-failed'), first(episode, 'reset-at-start')),
    ...(restart === null || restart.what === 'reset' ? [] : [restart.place]),
  ]
  return { code: 'source-service-restarted', message: what, numbers: {}, evidence }
}

/** Forced by the clock without post-copy: the guest stood still for all that was left. */
export function postCopyNotPermitted(of: Case): Cause | null {
  const { episode, copying, outcome, options } = of
  if (episode.kind !== 'live' || first(episode, 'post-copy') !== undefined) return null
  const { linkBytesPerSecond: link, firstPassEndS, plateauBytes } = copying
  const timeout = first(episode, 'timeout')
  const paused = all(episode, 'lifecycle').find(
    ({ said, host, key }) =>
      said.state === 'Paused' && host === episode.from && timeout !== undefined && key >= timeout.key,
  )
  const done = first(episode, 'job-completed')
  if (timeout !== undefined && paused !== undefined && done !== undefined && done.key > paused.key) {
    const resumed = episode.told
      .filter(says('lifecycle'))
      .find(({ said, host, key }) => said.state === 'Resumed' && host !== episode.from && key >= paused.key)
    const stallMs = Math.max(0, (resumed ?? done).at - paused.at)
    return {
      code: 'post-copy-not-permitted',
      message: `forced to complete without post-copy, when the timeout of ${formatDuration(timeout.said.seconds * 1000)} was over (live_migration_timeout_action = force_complete, or an operator at that moment): the guest stood still for ${pauseInWords(stallMs)}, from "VM Paused" on ${episode.from ?? 'the source'} to ${resumed === undefined ? 'the end of the job' : `"VM Resumed" on ${resumed.host}`}; post-copy would have let it run`,
      numbers: { timeoutS: timeout.said.seconds, stallMs },
      evidence: placesOf(timeout, paused, done),
    }
  }
  const permitted = options.flag('libvirt.live_migration_permit_post_copy')
  if (permitted !== false || !copying.plateau || outcome === 'running') return null
  if (link === null || firstPassEndS === null || plateauBytes === null) return null
  const endS = firstPassEndS + plateauBytes / link
  return {
    code: 'post-copy-not-permitted',
    message: `post-copy, which is not permitted on the source, would have ended it ${formatDuration(Math.round(endS) * 1000)} after the copy began, if forced after the first pass`,
    numbers: { firstPassS: Math.round(firstPassEndS), wouldEndS: Math.round(endS) },
    evidence: someOf(copying.samples.map(({ told }) => told)),
  }
}
