import type { HostLog } from '../logs/host-log.ts'
import type { Case, Outline } from './case.ts'
import { aborted, deleted, postCopyNotPermitted, serviceRestarted, unexplained } from './causes/end.ts'
import { actsOf, forcedToComplete } from './causes/forced.ts'
import { endsFirst, serviceSilent } from './causes/silence.ts'
import { linkSlow } from './causes/link.ts'
import { stepsTooFarApart, timeoutBeforeFirstPass, writesFasterThanLink } from './causes/pace.ts'
import { inboundAddress } from './advice/inbound-address.ts'
import { notesOf } from './causes/notes.ts'
import { cleanupIncomplete, hypervisorError, refused } from './causes/refused.ts'
import { deletedMeanwhile } from './ending/deleted.ts'
import { fateOf } from './ending/fate.ts'
import { neverStarted, queued } from './causes/waiting.ts'
import { arrived, coldEpisodes } from './episodes/cold-episodes.ts'
import { readCopying } from './copying/copying.ts'
import { samplesOf } from './copying/curve.ts'
import type { Episode } from './episodes/episode.ts'
import { all, copied, first, forgetLast, last } from './episodes/episode.ts'
import type { Cause, LogPlace, MigrationFinding, MigrationOutcome } from './finding.ts'
import type { ConfigByHost, HostOptions } from './settings/host-options.ts'
import { optionsOfHost } from './settings/host-options.ts'
import { liveEpisodes } from './episodes/live-episodes.ts'
import { orphanOf } from './ending/orphan.ts'
import { endUnexplained, outcomeOf } from './ending/outcome.ts'
import { releasesOf } from './settings/releases.ts'
import { restartOf } from './ending/restart.ts'
import { shownOptions } from './settings/shown-options.ts'
import { shortName, toldByInstance } from './episodes/told.ts'
import { isUnnamed, NamedErrors } from './episodes/unnamed.ts'

export interface DiagnoseOptions {
  /** Nova's options as its files have them, by host ({@link readOslo}); what a log printed of them counts otherwise. */
  readonly config?: ConfigByHost
  /** What a migration stream usually gets on a host's link, bytes per second, where somebody states it. */
  readonly usualLinkBytesPerSecond?: ReadonlyMap<string, number>
}

/**
 * Every migration that the logs of these hosts tell of, in the order of their begin, and why each was slow, failed or
 * never began. A cause needs lines that say so: where they do not, the outcome is told and no cause.
 */
export function diagnose(logs: readonly HostLog[], options: DiagnoseOptions = {}): readonly MigrationFinding[] {
  const config = options.config ?? new Map()
  const hosts = new Map(logs.toReversed().map((log) => [log.host, log]))
  const optionsOf = new Map<string | null, HostOptions>()
  const caseOf = (episode: Episode, number: number): Case => {
    const known = optionsOf.get(episode.from) ?? optionsOfHost(episode.from, config, logs)
    optionsOf.set(episode.from, known)
    return workedOut(episode, number, hosts, known)
  }
  // Thousands of migrations are not held at once: each is read for its outline, and again for its finding.
  const errors = new NamedErrors()
  const unnamed: { readonly episode: Episode; readonly number: number }[] = []
  const outlines: Outline[] = []
  for (const { episode, number } of episodesOf(logs)) {
    errors.add(episode)
    if (isUnnamed(episode)) unnamed.push({ episode, number })
    outlines.push(outlineOf(caseOf(episode, number)))
  }
  const repeats = new Set(unnamed.filter(({ episode }) => errors.repeat(episode)).map(({ number }) => number))
  const near = neighboursOf(outlines.filter(({ number }) => !repeats.has(number)))
  const usual = options.usualLinkBytesPerSecond ?? new Map<string, number>()
  const findings: MigrationFinding[] = []
  for (const { episode, number } of episodesOf(logs))
    if (!repeats.has(number)) findings.push(findingOf(caseOf(episode, number), () => near(number), usual, logs))
  forgetLast()
  return findings.sort((a, b) => a.startedAt - b.startedAt)
}

/** In the same order each time, one after the other. */
function* episodesOf(logs: readonly HostLog[]): Generator<{ readonly episode: Episode; readonly number: number }> {
  let number = 0
  for (const [instance, toldOf] of toldByInstance(logs)) {
    const told = toldOf()
    const live = liveEpisodes(instance, told)
    for (const episode of [...live, ...coldEpisodes(instance, told, live)]) {
      yield { episode, number }
      number += 1
    }
  }
}

function workedOut(episode: Episode, number: number, hosts: ReadonlyMap<string, HostLog>, options: HostOptions): Case {
  const sourceLog = episode.from === null ? null : (hosts.get(episode.from) ?? null)
  const restart = restartOf(episode, sourceLog)
  const outcome = outcomeOf(episode, restart, sourceLog)
  const copying = readCopying(samplesOf(episode))
  const { kind, instance, from, to } = episode
  return {
    number,
    kind,
    instance,
    from,
    to,
    episode,
    outcome,
    startedAt: episode.told[0]?.at ?? 0,
    copyingAt: copyingAt(episode),
    endedAt: endedAt(episode, outcome, restart?.at ?? null),
    restart,
    options,
    sourceLog,
    copying,
    linkBytesPerSecond: copying.linkBytesPerSecond,
  }
}

function outlineOf({ episode, copying, ...each }: Case): Outline {
  const { number, kind, instance, from, to, startedAt, copyingAt, endedAt, linkBytesPerSecond } = each
  const end = endedAt === null ? undefined : episode.told.findLast(({ at }) => at === endedAt)
  return {
    number,
    kind,
    instance,
    from,
    to,
    startedAt,
    copyingAt,
    endedAt,
    linkBytesPerSecond,
    ended: end?.place ?? null,
    copied: copied(episode),
    lastSampled: copying.samples.at(-1)?.told.place ?? null,
  }
}

const hostsOf = ({ from, to }: Outline): Set<string> =>
  new Set([from, to].filter((host) => host !== null).map(shortName))

/** So many before and after one are its neighbours: what was months ago says nothing about it, and there may be thousands. */
const mostNear = 100

/** The migrations that share a host with one, and are near it: what a fleet did elsewhere says nothing about it. */
function neighboursOf(outlines: readonly Outline[]): (number: number) => readonly Outline[] {
  const byHost = new Map<string, Outline[]>()
  const placesOf = new Map<number, { readonly those: readonly Outline[]; readonly index: number }[]>()
  for (const each of outlines.toSorted((a, b) => a.startedAt - b.startedAt)) {
    for (const host of hostsOf(each)) {
      const those = byHost.get(host) ?? []
      byHost.set(host, those)
      const places = placesOf.get(each.number) ?? []
      placesOf.set(each.number, places)
      places.push({ those, index: those.length })
      those.push(each)
    }
  }
  return (number) => [
    ...new Set(
      (placesOf.get(number) ?? []).flatMap(({ those, index }) =>
        those.slice(Math.max(0, index - mostNear), index + mostNear),
      ),
    ),
  ]
}

function copyingAt(episode: Episode): number | null {
  if (episode.kind === 'cold') return first(episode, 'cold-power-off')?.at ?? null
  const monitoring = first(episode, 'monitoring')
  if (monitoring !== undefined) return monitoring.at
  const said = first(episode, 'running', 'downtime')
  if (said === undefined) return null
  return said.at - (said.said.what === 'running' ? said.said.elapsedS : said.said.afterS) * 1000
}

function endedAt(episode: Episode, outcome: MigrationOutcome, restartedAt: number | null): number | null {
  switch (outcome) {
    case 'completed': {
      if (episode.kind === 'live') {
        const done =
          first(episode, 'finished') ??
          first(episode, 'job-completed', 'post-started') ??
          last(episode, 'post-on-destination')
        return done?.at ?? null
      }
      const there = first(episode, 'cold-finished') ?? episode.told.find((each) => arrived(episode, each))
      return (there ?? first(episode, 'cold-confirming'))?.at ?? null
    }
    case 'cancelled':
      return (
        (
          deletedMeanwhile(episode) ??
          first(episode, 'job-cancelled') ??
          first(episode, 'queued-cancelled', 'cold-reverting') ??
          first(episode, 'libvirt-failure')
        )?.at ?? null
      )
    case 'failed':
    case 'refused': {
      const failure = first(
        episode,
        'job-failed',
        'prepare-failed',
        'libvirt-failure',
        'monitor-failure',
        'live-failure',
        'post-at-destination-failed',
        'vif-failed',
        'not-submitted',
        'abort-at-start-failed',
      )
      return failure?.at ?? restartedAt ?? first(episode, 'instance-state', 'refused', 'exception')?.at ?? null
    }
    case 'running':
      return null
    case 'unknown':
      return endUnexplained(episode) ? (first(episode, 'job-failed')?.at ?? null) : null
  }
}

function findingOf(
  each: Case,
  near: () => readonly Outline[],
  usual: ReadonlyMap<string, number>,
  logs: readonly HostLog[],
): MigrationFinding {
  const { episode, copying, outcome, restart } = each
  const causes = causesOf(each, near, usual, logs)
  const orphan = orphanOf(episode, restart)
  const releases = releasesOf(episode, each.sourceLog)
  return {
    kind: episode.kind,
    instance: episode.instance,
    from: episode.from,
    to: episode.to,
    startedAt: each.startedAt,
    copyingAt: each.copyingAt,
    endedAt: each.endedAt,
    outcome,
    // As they were read: of thousands of migrations they are most of what is held.
    curve: copying.samples.map(({ told }) => told.said),
    passes: copying.passes,
    linkBytesPerSecond: copying.linkBytesPerSecond,
    writeBytesPerSecond: copying.writeBytesPerSecond,
    releases,
    shown: episode.kind === 'live' ? shownOptions(episode) : {},
    causes,
    acts: actsOf(each),
    notes: [...notesOf(each, inboundAddress(releases)), ...listed(endsFirst(each, logs))],
    guest: fateOf(episode, outcome, orphan),
    orphan,
    evidence: evidenceOf(episode),
  }
}

/** The deciding cause first: what made it impossible, then who or what ended it, then what came on top. */
function causesOf(
  each: Case,
  near: () => readonly Outline[],
  usual: ReadonlyMap<string, number>,
  logs: readonly HostLog[],
): Cause[] {
  const restarted = serviceRestarted(each)
  const refusal = restarted === null ? refused(each) : null
  const steps = stepsTooFarApart(each)
  const found = [
    restarted,
    refusal,
    restarted === null && refusal === null ? hypervisorError(each) : null,
    timeoutBeforeFirstPass(each),
    // What every pass leaves would have fitted: that it does not get less is then no obstacle.
    steps ?? writesFasterThanLink(each),
    linkSlow(each, near, { usual }),
    deleted(each),
    aborted(each),
    unexplained(each),
    forcedToComplete(each),
    postCopyNotPermitted(each),
    serviceSilent(each),
    queued(each, near),
    neverStarted(each, logs),
    cleanupIncomplete(each),
  ]
  return found.flatMap((cause) => (cause !== null && cause.evidence.length > 0 ? [cause] : []))
}

/** The lines that a reader would want to see: all but the curve, of which the ends. */
function evidenceOf(episode: Episode): LogPlace[] {
  const curve = all(episode, 'running')
  const ends = new Set<unknown>([curve[0], curve.at(-1)])
  return episode.told
    .filter((told) => told.said.what !== 'running' || ends.has(told))
    .slice(0, mostEvidence)
    .map(({ place }) => place)
}

const listed = (note: string | null): string[] => (note === null ? [] : [note])

const mostEvidence = 40
