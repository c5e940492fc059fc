import type { KeptMark, MigrationPlan } from '@landfall/api'
import type { Intent, LayeredIntent, Plan } from '@landfall/core'
import { formatDuration, plan } from '@landfall/core'
import { readCapabilities } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import { inflowOf, readDiskWrites } from './disks/disk-writes.ts'
import { diskToCopy } from './disks/local-disk-obstacle.ts'
import { serverError } from '../errors.ts'
import { historyOf } from '../store/story/history.ts'
import type { Lesson } from '../store/story/lesson.ts'
import type { HostSession } from '../hosts/host-session.ts'
import type { GuestForIntent } from '../intent/intent-for-guest.ts'
import { leaving } from '../store/leaving.ts'
import type { MigrationStory } from '../store/story/story.ts'
import { check, obstacles, postCopyFinding } from './preflight/check.ts'
import { gather } from './preflight/gather.ts'
import { postCopyRecovery } from './preflight/post-copy-recovery.ts'
import { busyShare, readBusyTime } from './probe/busy-share.ts'
import type { ProbeResult } from './probe/windows-in-turn.ts'
import { fineProbeFor } from './probe/fine-probe.ts'
import { probeGuest } from './probe/probe-guest.ts'
import { fewestFreeCores, readIdleTime } from './probe/host-load.ts'
import { kvmKindOf } from './probe/kvm-kind.ts'
import { samplePages } from './probe/pages/page-sample.ts'
import { refuseWhatCannotBe, streamFacts, versionsOf } from './probe/stream-facts.ts'
import { firmwareFinding } from './cold-obstacle.ts'
import { factsOf, linkOf } from './facts.ts'
import type { LocalDiskFacts } from './disks/local-disk-facts.ts'
import { findGuest, hostNamed } from '../guests/find-guest.ts'
import { spareBytes } from './spare-bytes.ts'

/** What is to be planned. */
export interface PlanTarget {
  readonly guest: string
  readonly to: string
  /** What is wanted; where that depends on the guest, worked out once it is known. */
  readonly intent: Intent | ((guest: GuestForIntent) => LayeredIntent)
  /** The definition that a cold migration left on that host, to which the guest is to go back. */
  readonly revertOf?: KeptMark
}

export interface PlanMigrationOptions {
  readonly sessions: readonly HostSession[]
  readonly clock: Clock
  /** What earlier migrations taught, oldest first. */
  readonly past: () => Promise<readonly Lesson[]>
  /** Those that somebody drives just now. */
  readonly underWay: () => Promise<readonly MigrationStory[]>
  /** Says what is being done, since measuring takes some seconds. */
  readonly onStep?: (step: string) => void
}

/**
 * Checks, measures and plans. Starts nothing; reading a guest's pages and fine windows takes monitor commands, which taint it.
 *
 * @throws LandfallError `unknown-guest`, `unknown-host`, `same-host`, `host-unreachable`, and `preflight` with the first
 *   obstacle, since a guest that cannot move needs no forecast.
 */
export async function planMigration(request: PlanTarget, options: PlanMigrationOptions): Promise<MigrationPlan> {
  const { sessions, clock, onStep } = options
  const destination = hostNamed(sessions, request.to)
  onStep?.(`looking for ${request.guest}`)
  const { domain, session: source } = await findGuest(sessions, request.guest)
  if (source === destination) {
    throw serverError(
      'same-host',
      `${domain.name} is on ${source.host.name} already`,
      `Name another host: ${otherHosts(sessions, source)}`,
    )
  }
  onStep?.(`checking ${source.host.name} and ${destination.host.name}`)
  const { facts: preflight, description } = await gather(domain, source, destination, request.revertOf ?? null)
  const findings = check(preflight)
  const [first, ...others] = obstacles(findings)
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more: ${others.map(({ code }) => code).join(', ')})`
    throw serverError('preflight', first.message + more, first.next)
  }
  const connection = await source.connection()
  const { memoryBytes } = description
  const copiedDiskBytes = preflight.localDisks.map(fileBytes)
  const { intent, sources } =
    typeof request.intent === 'function'
      ? request.intent({ ...description, copiedDiskBytes })
      : { intent: request.intent, sources: {} }
  const { onlyCold = false } = intent
  const past = await options.past()
  const history = historyOf(past, {
    guestUuid: domain.uuid,
    memoryBytes,
    source: source.host.name,
    destination: destination.host.name,
    now: clock.now(),
  })
  const link = linkOf(source.host, destination.host, history).bytesPerSecond.likely
  const firstPassMs = ((history.usualFirstPassBytes ?? memoryBytes) / link) * 1000
  const fine = fineProbeFor(memoryBytes, firstPassMs)
  const watchMs = fine.windowsMs.reduce((sum, windowMs) => sum + windowMs, 0)
  // What a guest writes does not matter to one that is shut down.
  if (!onlyCold) onStep?.(`measuring what ${domain.name} writes (${formatDuration(watchMs)})`)
  const { localDisks } = preflight
  const writtenBefore = await readDiskWrites(domain, localDisks, clock)
  const pair = [connection, await destination.connection()] as const
  const busyBefore = await readBusyTime(connection, domain, clock)
  const idleBefore = await Promise.all(pair.map((each) => readIdleTime(each, clock)))
  const unprobed: ProbeResult = { windows: [], obstacle: null }
  // Pages are read while the windows pass, and once more before those are over: that takes no time of its own.
  const windowsOver = new AbortController()
  const looks = { againWithinMs: watchMs, againAfterMs: firstPassMs * secondPassShare, over: windowsOver.signal }
  const [probe, content] = onlyCold
    ? [unprobed, null]
    : await Promise.all([
        probeGuest(connection, domain, fine, clock).finally(() => windowsOver.abort()),
        samplePages(domain, description, clock, looks),
      ])
  const vcpuBusyShare = busyShare(busyBefore, await readBusyTime(connection, domain, clock))
  const writtenAfter = await readDiskWrites(domain, localDisks, clock)
  const idleAfter = await Promise.all(pair.map((each) => readIdleTime(each, clock)))
  const streams = streamFacts(await versionsOf(domain, pair), fewestFreeCores(idleBefore, idleAfter), {
    hardLimit: description.memoryHardLimit,
    spareBytes: spareBytes({
      memory: await connection.nodeGetMemoryStats(),
      reservedBytes: source.host.reservedBytes,
      // Several that are planned at once see each other only if they are looked for late.
      leaving: leaving(await options.underWay(), source.host.name),
    }),
  })
  refuseWhatCannotBe(intent, streams)
  const facts = await factsOf({
    connection,
    domain,
    description,
    source: source.host,
    destination: destination.host,
    probe,
    vcpuBusyShare,
    content,
    streams,
    kvmKind: kvmKindOf(readCapabilities(await connection.getCapabilities())),
    downtimeLimitMs: await domain.migrateGetMaxDowntime(),
    persistent: preflight.guest.persistent,
    history,
    localDisks: localDisks.map((disk) => ({
      target: disk.target,
      allocatedBytes: disk.allocatedBytes,
      inflow: inflowOf(disk.target, writtenBefore, writtenAfter),
    })),
  })
  const planned = plan(intent, facts)
  const firmware =
    planned.strategy === 'cold' ? firmwareFinding(description, source.host.name, destination.host.name) : null
  const recovery = postCopyRecovery(preflight.source.libvirtVersion, preflight.destination.libvirtVersion)
  return {
    guest: { name: domain.name, uuid: domain.uuid, persistent: preflight.guest.persistent },
    source: source.host.name,
    destination: destination.host.name,
    intent,
    intentSources: sources,
    findings: [
      ...findings,
      ...(mayUsePostCopy(planned) ? [postCopyFinding(recovery)] : []),
      ...(firmware === null ? [] : [firmware]),
    ],
    facts,
    plan: planned,
    keptThere: preflight.destination.kept,
    reverts: preflight.destination.revertsTo,
    probeObstacle: probe.obstacle,
    disks: localDisks.flatMap((disk) => diskToCopy(disk) ?? []),
  }
}

/** Deltas are of what changed while pass 2 was sent: of a busy guest, about so much of the first one's time. */
const secondPassShare = 0.3

/** Post-copy is armed wherever permitted; a guest that surely converges will not need it. */
const mayUsePostCopy = ({ launch, reason }: Plan): boolean => launch.postCopy && reason.code !== 'ends-by-itself'

function otherHosts(sessions: readonly HostSession[], source: HostSession): string {
  return sessions
    .filter((session) => session !== source)
    .map(({ host }) => host.name)
    .join(', ')
}

/** What Nova counts of a copied disk: the length of its file. */
const fileBytes = ({ format, capacityBytes, allocatedBytes }: LocalDiskFacts): number =>
  format === 'raw' ? capacityBytes : allocatedBytes
