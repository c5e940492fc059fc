import { formatDuration } from '@landfall/core'
import type { Case } from '../case.ts'
import { all, last } from '../episodes/episode.ts'
import { sameHost } from '../episodes/told.ts'
import { meaningOf } from '../meanings/meanings.ts'
import type { Cause, LogPlace } from '../finding.ts'
import type { HostLog } from '../../logs/host-log.ts'

/** So many times the usual distance of two samples is a gap and no delay. */
const times = 3
const leastGapMs = 15_000
const leastAtDebugMs = 10_000

interface Gap {
  readonly from: number
  readonly to: number
  readonly place: LogPlace
  readonly usually: string
}

/**
 * A nova-compute that said nothing in the middle of a copy, and went on later: frozen, stopped, or its lines are lost. Only where the
 * copy itself says that as much time had passed: a clock may have been set, and lines may stand in the wrong place.
 */
export function serviceSilent({ episode, restart, sourceLog }: Case): Cause | null {
  // Where the lines contradict each other's order, times prove nothing.
  const disordered = episode.told.some(({ at, key }) => at < key)
  if (episode.kind !== 'live' || sourceLog === null || restart !== null || disordered) return null
  const gap = sourceLog.debug ? atDebug(episode, sourceLog) : betweenSamples(episode)
  if (gap === null) return null
  const host = episode.from ?? 'the source'
  const seconds = Math.round((gap.to - gap.from) / 1000)
  return {
    code: 'service-silent',
    message: `nova-compute on ${host} said nothing for ${formatDuration(seconds * 1000)} in the middle of the copy (${timeOf(gap.from)} to ${timeOf(gap.to)}), ${gap.usually}: it was frozen or stopped, or lines are lost; the copy goes on without it, and what is asked meanwhile (an abort, force_complete) is not carried out`,
    numbers: { silentS: seconds },
    evidence: [gap.place],
  }
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19)

type Sampled = ReturnType<typeof all<'running'>>[number]

function atDebug(episode: Case['episode'], log: HostLog): Gap | null {
  const samples = all(episode, 'running')
  for (const { from, to, file, line, passedS } of log.silences) {
    if (to - from < leastAtDebugMs) continue
    const before = samples.findLast(({ at }) => at <= from)
    if (before === undefined || from - before.at > 30_000 || spoke(episode, from, to)) continue
    const after = samples.find(({ at }) => at >= to)
    // What the monitor meets first when it wakes may be that its connection is gone.
    const woke = all(episode, 'libvirt-failure', 'monitor-failure').some(
      ({ at, said }) => at >= to && at <= to + 5000 && meaningOf(said.error)?.which === 'libvirt-gone',
    )
    const counted = passedS === null ? null : passedS >= (0.85 * (to - from)) / 1000
    if (!(counted ?? (after === undefined ? woke : goesWithTheClock(before, after)))) continue
    const place = { host: log.host, file: log.files[file] ?? '', line }
    return { from, to, place, usually: 'where it speaks every half second at DEBUG' }
  }
  return null
}

function betweenSamples(episode: Case['episode']): Gap | null {
  const samples = all(episode, 'running')
  const distances = samples.slice(1).map((to, index) => to.at - (samples[index]?.at ?? to.at))
  const usual = median(distances.filter((ms) => ms > 0))
  if (samples.length < 5 || usual === null) return null
  for (const [index, ms] of distances.entries()) {
    const [before, after] = [samples[index], samples[index + 1]]
    if (ms < Math.max(times * usual, leastGapMs) || before === undefined || after === undefined) continue
    if (!goesWithTheClock(before, after) || spoke(episode, before.at, after.at)) continue
    const usually = `where it speaks every ${formatDuration(Math.round(usual / 1000) * 1000)}`
    return { from: before.at, to: after.at, place: before.place, usually }
  }
  return null
}

/** Something that the source said of it is dated within, wherever the line stands. */
const spoke = ({ told, from: host }: Case['episode'], from: number, to: number): boolean =>
  told.some((each) => each.host === host && each.at > from + 1000 && each.at < to - 1000)

/** The copy itself went on for as long: no clock was set. */
const goesWithTheClock = (before: Sampled, after: Sampled): boolean =>
  after.said.elapsedS - before.said.elapsedS >= 0.85 * ((after.at - before.at) / 1000)

/** The source's log ends in the middle of a copy while its peer's goes on: it stands still, was stopped, or was cut. */
export function endsFirst({ episode, outcome, sourceLog }: Case, logs: readonly HostLog[]): string | null {
  if (episode.kind !== 'live' || (outcome !== 'running' && outcome !== 'unknown')) return null
  const latest = last(episode, 'running', 'downtime', 'schedule', 'timeout')
  const { to } = episode
  const peer = to === null ? undefined : logs.find(({ host }) => sameHost(host, to))
  if (latest === undefined || sourceLog?.lastAt == null || peer?.lastAt == null) return null
  if (sourceLog.lastAt - latest.at > 2 * leastGapMs || peer.lastAt - sourceLog.lastAt < 4 * leastGapMs) return null
  return `the log of ${sourceLog.host} ends in the middle of the copy (${timeOf(sourceLog.lastAt)}) while that of ${peer.host} goes on to ${timeOf(peer.lastAt)}: nova-compute stands still or was stopped there, or the log was cut; look at both hosts (virsh list --all) before anything is asked again`
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
