import type { MigrationReport, Role } from '@landfall/api'
import type { Sample, SteerState } from '@landfall/core'
import { pagesSent } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import type { Whereabouts } from '../../guests/whereabouts.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import type { GuestMeter } from '../../store/story/guest-meter.ts'
import type { MeasuredMigration } from '../../store/story/record.ts'
import { carryAutostart } from './autostart.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunningMigration } from '../running-migration.ts'
import type { RunningStory } from '../running-story.ts'
import { afterLiveTry, withHint } from './after-live-try.ts'
import { DestinationDisks } from './disks/destination-disks.ts'
import { volumesOf } from './disks/storage-pool.ts'
import type { DriverOptions } from './driver/driver.ts'
import { Driver } from './driver/driver.ts'
import { HandOverWatch } from './hand-over.ts'
import { FirstPassBusy } from './job/first-pass-busy.ts'
import { jobPorts } from './job/job-ports.ts'
import { loggingTold } from './job/logging-told.ts'
import { linkShown } from './link-shown.ts'
import { reportOf } from './live-report.ts'
import { afterNova } from './nova/after-nova.ts'
import { missingWords } from './nova/missing-words.ts'
import { MonitorWatch } from './nova/monitor-watch.ts'
import { portsBesideNova } from './nova/ports-beside-nova.ts'
import { putBack } from './put-back.ts'
import type { OpenNova } from '../../cloud/nova.ts'
import { noNova } from '../../cloud/open-nova.ts'

export interface LiveMigrationOptions extends Pick<DriverOptions, 'driverLives' | 'intentSource'> {
  readonly story: RunningStory
  readonly role: Role
  /** What steering begins with. */
  readonly state: SteerState
  readonly source: HostSession
  readonly destination: HostSession
  /** Used for nothing but the migration call: it stays outstanding all the time. */
  readonly launcher: HostSession
  readonly clock: Clock
  readonly onUpdate: OnUpdate
  readonly meter: GuestMeter | null
  /** For a migration that Nova carries out. */
  readonly nova?: OpenNova | undefined
  /** Why another process has asked for an abort meanwhile; null when none has. */
  readonly abortAsked: () => string | null | Promise<string | null>
}

/**
 * Drives one live migration to its end, undoes what has to be undone, and reports; or only follows it. One that is to be tried again
 * has not ended: its story says when.
 */
export function runLiveMigration(options: LiveMigrationOptions): RunningMigration {
  const { story, role, clock, onUpdate, source, destination } = options
  const { record, beganAt } = story.now
  const disks = new DestinationDisks({
    clock,
    story,
    disks: record.disks ?? [],
    host: record.destination,
    volumes: volumesOf(destination),
  })
  const say = (message: string): void => onUpdate({ kind: 'step', at: clock.now(), message })
  const ofNova =
    record.nova === undefined ? null : { ...record.nova, open: options.nova ?? noNova, server: record.guest.uuid }
  const plainPorts = jobPorts({
    ...options,
    origin: role.origin,
    sharesLimit: ofNova !== null,
    beganAt,
    prepareDestination: () => disks.make(),
    uuid: record.guest.uuid,
    persistent: record.persistent,
    launch: record.plan.launch,
  })
  const monitor = ofNova === null ? null : new MonitorWatch({ ...ofNova, clock, say })
  const ports =
    ofNova === null || monitor === null
      ? plainPorts
      : portsBesideNova(plainPorts, { ...ofNova, say, untilHeard: () => monitor.untilHeard() })
  const launch = new LaunchMeasured(beganAt, role.origin, new FirstPassBusy(source, record.guest.uuid, clock))
  /** As its last look had it; null where it may end at any moment. */
  let soonestEnd: number | null = null
  const driver = new Driver(ports, story, options.state, role.hands, {
    ...options,
    onUpdate: (update) => {
      if (update.kind === 'sample') {
        launch.see(update.sample, update.at)
        const { etaMs } = update.outlook
        soonestEnd = etaMs === null ? null : update.at + etaMs.low
      }
      onUpdate(update)
    },
  })
  let { hands } = role
  story.whenLost(({ message }) => {
    hands = 'off'
    driver.letGo()
    say(`${message}: it is only followed from here on`)
  })
  const leastMsToEnd = (): number | null => (soonestEnd === null ? null : soonestEnd - clock.now())
  /** Nobody of Nova's would clear up behind a copy that ends: before the switch it is better not to end. */
  const abortUnwatched = (seen: string): void => {
    const why = `${seen}: a guest that moved now would be where Nova does not have it`
    const answer = driver.wish({ kind: 'abort', why, code: 'nova-monitor-silent' })
    if (!answer.allowed)
      say(`${why}; it cannot be aborted any more (${answer.why}): look at nova-compute of ${record.source}`)
  }
  /** libvirt's name of the host where the guest ended. */
  const runsOn = async (where: Whereabouts['kind']): Promise<string | null> => {
    const session = where === 'landed' ? destination : where === 'stayed' ? source : null
    return session === null ? null : (await session.connection()).getHostname().catch(() => null)
  }
  const run = async (): Promise<MigrationReport> => {
    // None is launched to a host that does not answer; one that runs already needs only its source.
    if (role.origin === 'launched') await destination.connection()
    await using watch = await HandOverWatch.start(record.guest.uuid, source, destination, clock, () =>
      driver.wish({ kind: 'look' }),
    )
    onUpdate({ kind: role.origin === 'launched' ? 'launched' : 'adopted', id: record.id, at: clock.now() })
    const over = new AbortController()
    if (hands === 'on') void monitor?.watch(leastMsToEnd, abortUnwatched, over.signal)
    const ending = await driver.run().finally(() => over.abort())
    const { kind } = ending.whereabouts
    // Where nobody can tell, its QEMU on the source gets back what it had, if there is one: that harms nobody.
    const mayBeHere = kind === 'stayed' || kind === 'unclear'
    const undone = mayBeHere && hands === 'on' ? await putBack(story.now, source) : []
    const notCarried = kind === 'landed' && hands === 'on' ? await carryAutostart(record, destination) : null
    const disksUndone = hands === 'on' ? await undoDisks(disks, kind) : null
    const measurement = (await options.meter?.(record.guest.name, beganAt, ending.endedAt)) ?? null
    const abortAsked = await options.abortAsked()
    if (abortAsked !== null) story.hear({ at: clock.now(), kind: 'abort-asked', why: abortAsked })
    const dirtyLogging = loggingTold(record.facts, driver.state.facts.dirtyWindows)
    const isSteered = hands === 'on'
    const told = reportOf({ story: story.now, ending, handOver: watch.seen, measurement, dirtyLogging, isSteered })
    const after = ofNova === null ? null : await afterNova({ ...ofNova, clock, runsOn: await runsOn(kind) })
    const missing = ofNova === null ? [] : missingWords(told, driver.state)
    const left = [...undone, ...(notCarried === null ? [] : [notCarried])]
    const remarks = [...left, ...(disksUndone === null ? [] : [disksUndone]), ...missing, ...(after?.remarks ?? [])]
    const reported: MigrationReport = {
      ...remarks.reduce(withRemark, told),
      ...(left.length === 0 ? {} : { notPutBack: left }),
      ...(after === null ? {} : { nova: after.nova }),
    }
    // Of one that was launched here, how it ended was seen.
    const next =
      role.origin === 'launched' && hands === 'on' && ofNova === null
        ? afterLiveTry({
            story: story.now,
            report: reported,
            ending,
            handOver: watch.seen,
            state: driver.state,
            leftBehind: undone.length > 0 || disksUndone !== null,
            now: clock.now(),
          })
        : null
    if (next?.again === true) {
      const failed = { beganAt, kind: next.kind, reason: reported.reason, report: reported }
      await story.tell({ at: clock.now(), kind: 'try-failed', failed, againAt: next.at })
      return reported
    }
    const report = next === null ? reported : withHint(reported, next)
    const { resumedAt } = watch.seen
    const measured: MeasuredMigration = {
      ...(await launch.seen()),
      teardownMs:
        resumedAt === null || report.strategy === 'post-copy' ? null : Math.max(0, ending.endedAt - resumedAt),
      linkBytesPerSecond: linkShown(record.plan.launch, driver.state),
    }
    const { speed } = measurement ?? {}
    // What a person has to look at first has not ended: whoever watches afterwards takes it up.
    if (kind !== 'unclear' && kind !== 'post-copy-broken') {
      const guestSpeed = speed === undefined ? {} : { guestSpeed: speed }
      await story.tell({ at: clock.now(), kind: 'ended', report, measured, ...guestSpeed })
    }
    onUpdate({ kind: 'ended', at: clock.now(), report })
    return report
  }
  return {
    id: record.id,
    guest: record.guest,
    source: record.source,
    destination: record.destination,
    ...(record.nova === undefined ? {} : { nova: record.nova }),
    get role() {
      return { ...role, hands }
    },
    get isOthers() {
      return story.lost !== null
    },
    status: () => driver.status,
    wish: (wish) => driver.wish(wish),
    ended: run(),
  }
}

/** What the start of a migration has shown; nothing for one whose start was not seen. */
class LaunchMeasured {
  readonly #beganAt: number
  readonly #origin: Role['origin']
  readonly #firstPassBusy: FirstPassBusy
  #prepareMs: number | null = null
  #firstPassBytes: number | null = null

  constructor(beganAt: number, origin: Role['origin'], firstPassBusy: FirstPassBusy) {
    this.#beganAt = beganAt
    this.#origin = origin
    this.#firstPassBusy = firstPassBusy
  }

  async seen(): Promise<Pick<MeasuredMigration, 'prepareMs' | 'firstPassBytes' | 'firstPass'>> {
    const firstPass = await this.#firstPassBusy.seen()
    const [prepareMs, firstPassBytes] = [this.#prepareMs, this.#firstPassBytes]
    return { prepareMs, firstPassBytes, ...(firstPass === null ? {} : { firstPass }) }
  }

  see(sample: Sample, at: number): void {
    if (this.#origin !== 'launched') return
    this.#firstPassBusy.note(sample)
    if (sample.phase === 'copying-disks') this.#prepareMs ??= at - this.#beganAt
    if (sample.phase !== 'active') return
    if (sample.pass === 1) this.#prepareMs ??= at - this.#beganAt
    // What little was sent since the boundary is within what a look is late.
    if (sample.pass === 2) this.#firstPassBytes ??= pagesSent(sample)
  }
}

async function undoDisks(disks: DestinationDisks, where: Whereabouts['kind']): Promise<string | null> {
  switch (where) {
    case 'stayed':
      return disks.remove()
    case 'landed':
      return null
    case 'migrating':
    case 'post-copy-broken':
    case 'gone':
    case 'unclear':
      return disks.left()
  }
}

function withRemark(report: MigrationReport, remark: string): MigrationReport {
  return { ...report, reason: { ...report.reason, message: `${report.reason.message}; ${remark}` } }
}
