import type { Sample, SteerState } from '@landfall/core'
import { pagesSent } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import type { JournalEntry } from '../../store/entry.ts'
import type { MeasuredMigration, MigrationRecord } from '../../store/record.ts'
import type { KeptSample } from '../../store/kept-samples.ts'
import { isKept, kept } from '../../store/kept-samples.ts'
import { steadyJournal } from '../../store/steady-journal.ts'
import { DestinationDisks } from './disks/destination-disks.ts'
import type { MadeDisk } from '../../guests/disk-to-copy.ts'
import { volumesOf } from './disks/storage-pool.ts'
import type { DriverOptions } from './driver.ts'
import { Driver } from './driver.ts'
import { HandOverWatch } from './hand-over.ts'
import { jobPorts } from './job/job-ports.ts'
import type { GuestMeter, MigrationReport } from '../../store/migration-report.ts'
import { reportOf } from './live-report.ts'
import type { OnUpdate } from '../progress.ts'
import type { Whereabouts } from '../../guests/whereabouts.ts'
import type { RunningMigration } from '../running-migration.ts'
import { linkShown } from './link-shown.ts'
import { putBackLimit, putBackSwitchoverRate, putBackThrottle } from './put-back.ts'

export interface LiveMigrationOptions extends Pick<
  DriverOptions,
  'handsOff' | 'driverLives' | 'intentSource' | 'before'
> {
  readonly record: MigrationRecord
  readonly state: SteerState
  readonly beganAt: number
  /** A migration that was found running, instead of one to be launched. */
  readonly adopting: boolean
  /** Whether the source's downtime limit may differ from what it was before us. */
  readonly touchedDowntimeLimit: boolean
  /** Whether the bounds of its throttle may. */
  readonly touchedThrottle: boolean
  /** Files that a driver that died has made on the destination, or may have. */
  readonly madeDisks?: readonly MadeDisk[]
  readonly source: HostSession
  readonly destination: HostSession
  readonly launcher: HostSession
  readonly clock: Clock
  readonly journal: (entry: JournalEntry) => void
  readonly onUpdate: OnUpdate
  readonly meter: GuestMeter | null
  /** Why another process has asked for an abort meanwhile; null when none has. */
  readonly abortAsked: () => string | null
}

/** Drives one live migration to its end, undoes what has to be undone, and reports. */
export function runLiveMigration(options: LiveMigrationOptions): RunningMigration {
  const { record, clock, onUpdate } = options
  const journal = steadyJournal(options.journal, (message) => onUpdate({ kind: 'step', at: clock.now(), message }))
  const disks = new DestinationDisks({
    clock,
    journal,
    disks: record.disks ?? [],
    made: options.madeDisks ?? [],
    host: record.destination,
    volumes: volumesOf(options.destination),
  })
  const ports = jobPorts({
    ...options,
    journal,
    prepareDestination: () => disks.make(),
    uuid: record.guest.uuid,
    persistent: record.persistent,
    launch: record.plan.launch,
  })
  let { touchedDowntimeLimit, touchedThrottle } = options
  let lastKept: KeptSample | null = null
  let prepareMs: number | null = null
  let firstPassBytes: number | null = null
  const note = ({ at, sample }: { readonly at: number; readonly sample: Sample }): void => {
    if (isKept(lastKept, sample, at)) {
      lastKept = kept(sample, at)
      journal({ at, kind: 'sample', sample: lastKept })
    }
    if (options.adopting) return
    if (sample.phase === 'copying-disks') prepareMs ??= at - options.beganAt
    if (sample.phase !== 'active') return
    if (sample.pass === 1) prepareMs ??= at - options.beganAt
    // What little was sent since the boundary is within what a look is late.
    if (sample.pass === 2) firstPassBytes ??= pagesSent(sample)
  }
  const driver = new Driver(ports, options.state, {
    ...options,
    onUpdate: (update) => {
      if (update.kind === 'sample') note(update)
      // A call that failed on our side may still be carried out.
      if (update.kind === 'act' || update.kind === 'act-failed') {
        touchedDowntimeLimit ||= update.act.kind === 'set-downtime-limit'
        touchedThrottle ||= update.act.kind === 'set-throttle'
      }
      onUpdate(update)
    },
  })
  const run = async (): Promise<MigrationReport> => {
    // None is launched to a host that does not answer; one that runs already needs only its source.
    if (!options.adopting) await options.destination.connection()
    await using watch = await HandOverWatch.start(record.guest.uuid, options.source, options.destination, clock, () =>
      driver.ring(),
    )
    onUpdate({ kind: options.adopting ? 'adopted' : 'launched', id: record.id, at: clock.now() })
    const ending = await driver.run()
    const { kind } = ending.whereabouts
    // Where nobody can tell, its QEMU on the source gets back what it had, if there is one: that harms nobody.
    const mayBeHere = kind === 'stayed' || kind === 'unclear'
    const limitUndone = mayBeHere && touchedDowntimeLimit ? await putBackLimit(options) : null
    const throttleUndone = mayBeHere && touchedThrottle ? await putBackThrottle(options) : null
    const rateUndone = mayBeHere && options.handsOff !== true ? await putBackSwitchoverRate(options) : null
    const disksUndone = options.handsOff === true ? null : await undoDisks(disks, kind)
    const undone = [limitUndone, throttleUndone, rateUndone, disksUndone].filter((remark) => remark !== null)
    const measurement = (await options.meter?.(record.guest.name, options.beganAt, ending.endedAt)) ?? null
    const told = reportOf({
      record,
      beganAt: options.beganAt,
      ending,
      abortAsked: options.abortAsked(),
      handOver: watch.seen,
      measurement,
    })
    const report = undone.reduce(withRemark, told)
    const { resumedAt } = watch.seen
    const measured: MeasuredMigration = {
      prepareMs,
      firstPassBytes,
      teardownMs:
        resumedAt === null || report.strategy === 'post-copy' ? null : Math.max(0, ending.endedAt - resumedAt),
      linkBytesPerSecond: linkShown(record.plan.launch, driver.state),
    }
    const { speed } = measurement ?? {}
    // What a person has to look at first has not ended: whoever watches afterwards takes it up.
    if (kind !== 'unclear' && kind !== 'post-copy-broken') {
      const guestSpeed = speed === undefined ? {} : { guestSpeed: speed }
      journal({ at: clock.now(), kind: 'ended', report, measured, ...guestSpeed })
    }
    onUpdate({ kind: 'ended', at: clock.now(), report })
    return report
  }
  return { id: record.id, abort: (why) => driver.abort(why), ended: run() }
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
