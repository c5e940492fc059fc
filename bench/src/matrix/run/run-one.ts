import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import {
  checkGuest,
  longestStall,
  monotonicNowMs,
  openLab,
  pagesWritten,
  readProgress,
  virsh,
  waitForProgress,
  writeSpeed,
} from '@landfall/lab'
import type { ProgressSample } from '@landfall/lab'
import { MigrateFlag, connect, readDomainXml } from '@landfall/libvirt'
import { findHosts } from '@landfall/server'
import type { Host, OnUpdate } from '@landfall/server'
import {
  begin,
  HandOverWatch,
  HostSession,
  openRunContext,
  openStore,
  planMigration,
  refusalReport,
  systemClock,
} from '@landfall/server/parts'
import type { Intent } from '@landfall/core'
import type { Contender } from '../contenders.ts'
import type { Machine } from '../machine.ts'
import { settlesMs } from '../machine.ts'
import { meetGuestInBurst } from './burst.ts'
import { guestClock } from './guest-clock.ts'
import { ChangingLink, linkActOf } from './link-change.ts'
import type { Rule, RuleAct } from './rules.ts'
import { launchOf } from './rules.ts'
import type { Predicted, Run, Sides } from './run.ts'

/** The guest's usual speed is taken over this long, right before. */
const baselineMs = 3000
const shortestStallMs = 100

export interface Place {
  readonly machine: Machine
  readonly lab: string
  readonly guest: string
  readonly from: string
  readonly to: string
  /** Where Landfall keeps its journals: they are its history of the guest and of the hosts. */
  readonly journals: string
  /** A run that has gone on for so long is stopped. */
  readonly longestRunMs: number
  /** Whether the guest writes as fast as it can: then its speed is taken right after, too. */
  readonly unlimited: boolean
  /** The run begins so long after the guest has begun to write; null for one without phases. */
  readonly afterBurstBeganMs: number | null
}

type Moved = Pick<Run, 'outcome' | 'totalTimeMs' | 'downtimeMs' | 'bytesSent' | 'predicted' | 'report'> & {
  readonly startedAtMs: number
}
type Arrived = Moved & {
  /** When the guest ran on the destination; null where it did not, or nobody saw. */
  readonly arrivedAtMs: number | null
}

export async function runOne(place: Place, contender: Contender, workload: string, round: number): Promise<Run> {
  const { lab, guest } = place
  await waitForProgress(lab, guest)
  await setTimeout(settlesMs(place.machine))
  if (place.afterBurstBeganMs !== null) await meetGuestInBurst(lab, guest, place.afterBurstBeganMs)
  const loadBefore = loadavg()[0] ?? 0
  const before = monotonicNowMs()
  const baseline = writeSpeed(await readProgress(lab, guest), before - baselineMs, before)
  const hosts = await findHosts({
    named: [],
    configFile: openLab(lab).hostsFile,
    environmentFile: undefined,
    defaultFile: '',
    laboratories: async () => [],
  })
  const [source, destination] = [place.from, place.to].map((name) => hosts.hosts.find((host) => host.name === name))
  if (!source || !destination) throw new Error(`the laboratory has no ${place.from} or no ${place.to}`)
  const stolenBefore = cpuTimes()
  const moved = await move(place, hosts.hosts, source, destination, contender)
  const endedAtMs = moved.startedAtMs + moved.totalTimeMs
  const stolenShare = shareStolen(stolenBefore, cpuTimes())
  await setTimeout(300)
  await waitForProgress(lab, guest)
  const hasSides = place.unlimited && moved.outcome === 'completed' && moved.arrivedAtMs !== null
  // The first moments on the destination are still the migration's: closing, and pages that come for the first time.
  const afterFrom = monotonicNowMs()
  if (hasSides) await setTimeout(baselineMs)
  const samples = await readProgress(lab, guest)
  return {
    at: new Date().toISOString(),
    round,
    workload,
    contender: contender.name,
    outcome: moved.outcome,
    totalTimeMs: Math.round(moved.totalTimeMs),
    downtimeMs: moved.downtimeMs === null ? null : Math.round(moved.downtimeMs),
    longestStallMs: Math.round(longestStall(samples, moved.startedAtMs, endedAtMs)),
    stalledMs: Math.round(stalled(samples, moved.startedAtMs, endedAtMs)),
    bytesSent: moved.bytesSent,
    pagesWritten: Math.round(pagesWritten(samples, moved.startedAtMs, endedAtMs)),
    baselinePagesPerSecond: Math.round(baseline),
    ...(hasSides ? { sides: sidesOf(samples, moved, endedAtMs, afterFrom) } : {}),
    // The ROM guest's phases begin when its memory is filled, not with its clock.
    ...(place.machine.guest === 'linux' ? { guestClock: guestClock(samples, moved.startedAtMs, endedAtMs) } : {}),
    guest: await checkGuest(lab, guest, before),
    predicted: moved.predicted,
    report: moved.report,
    ...(place.afterBurstBeganMs === null ? {} : { afterBurstBeganMs: Math.round(place.afterBurstBeganMs) }),
    loadBefore,
    stolenShare,
  }
}

function sidesOf(samples: readonly ProgressSample[], moved: Arrived, endedAtMs: number, afterFrom: number): Sides {
  const { startedAtMs } = moved
  const arrivedAtMs = Math.min(endedAtMs, Math.max(startedAtMs, moved.arrivedAtMs ?? endedAtMs))
  return {
    hereMs: Math.round(arrivedAtMs - startedAtMs),
    herePages: Math.round(pagesWritten(samples, startedAtMs, arrivedAtMs)),
    thereMs: Math.round(endedAtMs - arrivedAtMs),
    therePages: Math.round(pagesWritten(samples, arrivedAtMs, endedAtMs)),
    pagesPerSecondAfter: Math.round(writeSpeed(samples, afterFrom, afterFrom + baselineMs)),
  }
}

interface CpuTimes {
  readonly all: number
  readonly stolen: number
}

/** The first line of /proc/stat, in ticks; its eighth figure is what another machine of the same hardware had. */
function cpuTimes(): CpuTimes {
  const ticks = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number)
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 }
}

const shareStolen = (from: CpuTimes, to: CpuTimes): number =>
  to.all === from.all ? 0 : Math.round(((to.stolen - from.stolen) / (to.all - from.all)) * 10_000) / 10_000

async function move(
  place: Place,
  hosts: readonly Host[],
  source: Host,
  destination: Host,
  { way }: Contender,
): Promise<Arrived> {
  const { machine, lab } = place
  await using link =
    machine.linkChange === undefined
      ? null
      : new ChangingLink(machine.linkChange, linkActOf(machine.linkChange, lab, machine.link, place))
  await using here = new HostSession(source)
  await using there = new HostSession(destination)
  const domain = await (await here.connection()).domainLookupByName(place.guest)
  await using watch = await HandOverWatch.start(domain.uuid, here, there, systemClock, () => undefined)
  if (way.kind === 'landfall') {
    const moved = await byLandfall(place, hosts, way.intent, () => link?.begun())
    return { ...moved, arrivedAtMs: onOurClock(watch.seen.resumedAt) }
  }
  const startedAtMs = monotonicNowMs()
  link?.begun()
  const ended =
    way.kind === 'virsh' ? await byVirsh(place, way.options) : await byRule(place, source, destination, way.rule)
  const totalTimeMs = monotonicNowMs() - startedAtMs
  const { stoppedAt, resumedAt, completed } = watch.seen
  return {
    startedAtMs,
    totalTimeMs,
    outcome: ended,
    downtimeMs: stoppedAt !== null && resumedAt !== null && resumedAt >= stoppedAt ? resumedAt - stoppedAt : null,
    bytesSent: completed?.memoryProcessedBytes ?? null,
    predicted: null,
    report: null,
    arrivedAtMs: onOurClock(resumedAt),
  }
}

/** Wall-clock time of a moment just past, on the monotonic clock of all records. */
const onOurClock = (wallMs: number | null): number | null =>
  wallMs === null ? null : wallMs - Date.now() + monotonicNowMs()

async function byVirsh(
  { lab, guest, from, to, longestRunMs }: Place,
  options: readonly string[],
): Promise<Run['outcome']> {
  const command = ['migrate', '--live', '--p2p', '--persistent', '--undefinesource', ...options, guest]
  const running = virsh(lab, from, [...command, `qemu+tcp://${to}/system`]).then(
    () => 'completed' as const,
    () => 'failed' as const,
  )
  // Without a reference: what has ended must not keep the bench waiting.
  const tooLong = setTimeout(longestRunMs, null, { ref: false })
  const over = await Promise.race([running, tooLong])
  if (over !== null) return over
  await virsh(lab, from, ['domjobabort', guest])
  await running
  return 'stopped'
}

async function byRule(
  { guest, longestRunMs }: Place,
  source: Host,
  destination: Host,
  rule: Rule<never>,
): Promise<Run['outcome']> {
  await using launcher = await connect(source.uri)
  await using watcher = await connect(source.uri)
  const domain = await watcher.domainLookupByName(guest)
  const launch = launchOf(rule, readDomainXml(await domain.getXMLDesc()).memoryBytes)
  const flags =
    MigrateFlag.LIVE | MigrateFlag.PEER2PEER | MigrateFlag.PERSIST_DEST | MigrateFlag.UNDEFINE_SOURCE | launch.flags
  const beganAtMs = monotonicNowMs()
  if (rule.launchLimitMs !== null) await domain.migrateSetMaxDowntime(rule.launchLimitMs)
  let over: Run['outcome'] | null = null
  let stopped: Run['outcome'] | null = null
  const ended = (await launcher.domainLookupByName(guest))
    .migrateToURI3(destination.peerUri, launch.params, flags)
    .then(
      (): Run['outcome'] => (over = 'completed'),
      (): Run['outcome'] => (over = stopped ?? 'failed'),
    )
  const isOver = (): boolean => over !== null
  let state = rule.start
  while (!isOver()) {
    await Promise.race([ended, setTimeout(rule.lookEveryMs)])
    const stats = isOver() ? null : await domain.getJobStats().catch(() => null)
    if (stats === null || stats.type !== 'unbounded') continue
    const { memoryIteration: pass = 0, memoryRemainingBytes: remainingBytes = 0 } = stats.fields
    const elapsedMs = monotonicNowMs() - beganAtMs
    if (pass === 0) continue
    const next = rule.step(state, { elapsedMs, pass, remainingBytes })
    state = next.state
    for (const act of elapsedMs > longestRunMs ? [{ kind: 'abort' } as const] : next.acts) {
      if (act.kind === 'abort') stopped = elapsedMs > longestRunMs ? 'stopped' : 'aborted'
      // An act that comes too late for a migration that is just ending is refused; the next look will tell.
      await perform(domain, act).catch(() => undefined)
    }
  }
  const outcome = await ended
  if (outcome !== 'completed') await domain.migrateSetMaxDowntime(300).catch(() => undefined)
  return outcome
}

type Domain = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['domainLookupByName']>>

function perform(domain: Domain, act: RuleAct): Promise<unknown> {
  switch (act.kind) {
    case 'set-downtime-limit':
      return domain.migrateSetMaxDowntime(act.downtimeMs)
    case 'start-post-copy':
      return domain.migrateStartPostCopy()
    case 'suspend':
      return domain.suspend()
    case 'abort':
      return domain.abortJob()
  }
}

async function byLandfall(
  { guest, to, journals }: Place,
  hosts: readonly Host[],
  intent: Intent,
  begun: () => void,
): Promise<Moved> {
  await using store = openStore(journals)
  await using context = openRunContext({ hosts, store })
  const probeFrom = monotonicNowMs()
  const planned = await planMigration(
    { guest, to, intent },
    { ...context, past: () => store.lessons(200), underWay: () => store.unended('driven') },
  )
  const probeMs = monotonicNowMs() - probeFrom
  const chosen = planned.plan.forecasts.find(({ strategy }) => strategy === planned.plan.strategy)
  const predicted: Predicted = {
    verdict: planned.plan.verdict,
    strategy: planned.plan.strategy,
    reasonCode: planned.plan.reason.code,
    finishes: chosen?.finishes ?? null,
    maxPauseMs: intent.maxPauseMs,
    totalTimeMs: chosen?.totalTimeMs ?? null,
    downtimeMs: chosen?.downtimeMs ?? null,
    lostWorkSeconds: chosen?.lostWorkSeconds ?? null,
    changedShare: planned.facts.content?.deltas?.share ?? null,
    firstPassBytes: Math.round(planned.plan.numbers.firstPassBytes),
    plateauBytes: Math.round(planned.plan.numbers.plateauBytes),
    linkBytesPerSecond: Math.round(planned.plan.numbers.linkRate.likely),
    probeMs: Math.round(probeMs),
    totalAfterPass1Ms: null,
    sentInPass1Bytes: null,
    facts: planned.facts,
  }
  const startedAtMs = monotonicNowMs()
  if (planned.plan.verdict === 'refuse') {
    const { source, destination, plan } = planned
    const report = refusalReport(planned.guest.name, source, destination, plan, context.clock.now())
    const none = { totalTimeMs: 0, downtimeMs: null, bytesSent: null }
    return { startedAtMs, outcome: 'refused', ...none, predicted, report }
  }
  let totalAfterPass1Ms: number | null = null
  let lastInPass1 = 0
  let sentInPass1Bytes: number | null = null
  const passes: { pass: number; endedMs: number; leftBytes: number }[] = []
  const onUpdate: OnUpdate = (update) => {
    if (update.kind !== 'sample') return
    const { pass, passStarted, remainingBytes } = update.sample
    if (passStarted && pass > 1)
      passes.push({ pass: pass - 1, endedMs: monotonicNowMs() - startedAtMs, leftBytes: remainingBytes })
    if (update.sample.pass === 1) lastInPass1 = update.sample.bytesSent
    else if (update.sample.pass > 1) sentInPass1Bytes ??= Math.round((lastInPass1 + update.sample.bytesSent) / 2)
    if (totalAfterPass1Ms !== null) return
    if (update.sample.pass < 2 || update.outlook.etaMs === null) return
    totalAfterPass1Ms = monotonicNowMs() - startedAtMs + update.outlook.etaMs.likely
  }
  begun()
  const running = await begin(context, planned, onUpdate, {})
  const report = await running.ended
  return {
    startedAtMs,
    totalTimeMs: report.totalTimeMs ?? monotonicNowMs() - startedAtMs,
    downtimeMs: report.downtimeMs,
    bytesSent: report.bytesSent,
    outcome: report.outcome === 'recovered' ? 'completed' : report.outcome,
    predicted: { ...predicted, totalAfterPass1Ms, sentInPass1Bytes, passes },
    report: {
      outcome: report.outcome,
      strategy: report.strategy,
      reason: report.reason,
      decisions: report.decisions,
    },
  }
}

/** What the guest stood still in all, in gaps longer than its own telling interval explains. */
function stalled(samples: readonly ProgressSample[], fromMs: number, toMs: number): number {
  let sum = 0
  let lastAtMs = fromMs
  let lastWork = -1
  for (const { atMonotonicMs, work } of samples) {
    if (work === lastWork) continue
    lastWork = work
    const gap = Math.min(atMonotonicMs, toMs) - Math.max(lastAtMs, fromMs)
    if (gap > shortestStallMs) sum += gap
    lastAtMs = atMonotonicMs
    if (atMonotonicMs > toMs) break
  }
  return sum
}
