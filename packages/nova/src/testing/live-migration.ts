import { completionTimeoutS, dataGiB, downtimeAfter, downtimeSchedule } from '../rules/schedule.ts'
import type { Dice } from './dice.ts'
import { GuestCopy } from './guest-copy.ts'
import type { HostLog, LogContext, Said } from './host-log.ts'
import { libvirtErrorSuffix, noContext } from './host-log.ts'
import type { LiveSpec } from './live-spec.ts'
import { remoteTraceback, rpcTraceback } from './tracebacks.ts'

/** A line of a curve that is in the log at its level. */
export interface LoggedPoint {
  readonly at: number
  readonly processedBytes: number
  readonly remainingBytes: number
}

/** What happened, with the times of the lines that tell it. */
export interface LiveCourse {
  readonly startedAt: number
  readonly copyingAt: number | null
  readonly endedAt: number
  readonly ended:
    | 'completed'
    | 'cancelled'
    | 'failed'
    | 'refused'
    | 'restarted'
    | 'silent'
    /** The log ends first. */
    | 'running'
  /** Logged points that are not all zero. */
  readonly points: readonly LoggedPoint[]
  readonly passes: number
  /** Time of the first word of each kind in the log. */
  readonly told: Readonly<Partial<Record<Telling, number>>>
}
export type Telling =
  | 'checked'
  | 'prepared'
  | 'timeout'
  | 'stuck'
  | 'outcome'
  | 'refusal'
  | 'restart'
  | 'orphan'
  | 'post-copy'
  | 'hypervisor-error'
  | 'queue-cancelled'
  /** The first line that names a copy that runs. */
  | 'copying'

const driver = 'nova.virt.libvirt.driver'
const manager = 'nova.compute.manager'
const tickS = 0.5

/** Python's round(): half to even in 3, half away from zero in 2. */
function percentLeft(remaining: number, total: number, python: 2 | 3): number {
  if (total === 0) return 100
  const exact = (remaining * 100) / total
  const floor = Math.floor(exact)
  if (python === 3 && exact - floor === 0.5) return floor % 2 === 0 ? floor : floor + 1
  return Math.round(exact)
}

/** Says what nova-compute of both hosts would say of a live migration. */
export class LiveMigrationScribe {
  readonly #spec: LiveSpec
  readonly #source: HostLog
  readonly #destination: HostLog
  readonly #dice: Dice
  readonly #request: LogContext
  readonly #told: Partial<Record<Telling, number>> = {}
  readonly #points: LoggedPoint[] = []

  constructor(spec: LiveSpec, source: HostLog, destination: HostLog, dice: Dice) {
    this.#spec = spec
    this.#source = source
    this.#destination = destination
    this.#dice = dice
    this.#request = { kind: 'request', request: `req-${dice.uuid()}`, user: dice.hex(32), project: dice.hex(32) }
  }

  write(): LiveCourse {
    const { startAt, beginning, queuedS } = this.#spec
    const checkedAt = this.#checks(startAt)
    const course = (rest: Pick<LiveCourse, 'endedAt' | 'ended'> & Partial<LiveCourse>): LiveCourse => ({
      startedAt: startAt,
      copyingAt: null,
      points: this.#points,
      passes: 0,
      told: this.#told,
      ...rest,
    })
    if (beginning.kind === 'check-refuses') return course({ endedAt: this.#refuse(checkedAt), ended: 'refused' })
    if (beginning.kind === 'stays-queued') return course({ endedAt: checkedAt, ended: 'silent' })
    if (beginning.kind === 'cancelled-in-queue') {
      const at = checkedAt + queuedS * 1000
      this.#tell('queue-cancelled', at, this.#source, {
        level: 'INFO',
        logger: manager,
        message: 'Successfully cancelled queued live migration.',
      })
      return course({ endedAt: at, ended: 'cancelled' })
    }
    const prepared = this.#prepare(checkedAt + queuedS * 1000)
    if (prepared.ended) return course({ endedAt: prepared.at, ended: prepared.ended })
    return course(this.#copy(prepared.at))
  }

  #checks(at: number): number {
    const { instance, copiedDiskBytes } = this.#spec
    const r = this.#source.release
    const file = `tmp${this.#dice.hex(6)}`
    const block = copiedDiskBytes.length > 0 ? 'True' : 'False'
    const data = `LibvirtLiveMigrateData(bdms=<?>,block_migration=${block},disk_available_mb=70656,disk_over_commit=<?>,filename='${file}',image_type='default',instance_relative_path=<?>,is_shared_block_storage=<?>)`
    this.#onDestination(at, {
      level: 'DEBUG',
      logger: driver,
      ...(r <= 12 ? {} : { instance }),
      message: `Creating tmpfile /var/lib/nova/instances/${file} to notify to other compute nodes that they should mount the same storage.`,
      place: { method: '_create_shared_storage_test_file', path: 'virt/libvirt/driver.py', line: 9982 },
    })
    if (r >= 13) {
      this.#onDestination(at + 9, {
        level: 'DEBUG',
        logger: manager,
        message: `destination check data is ${data}`,
        place: { method: '_do_check_can_live_migrate_destination', path: 'compute/manager.py', line: 8400 },
      })
    }
    const { beginning } = this.#spec
    if (beginning.kind === 'check-refuses' && beginning.on === 'destination') return at + 60
    if (r >= 14) {
      this.#onSource(at + 90, {
        level: 'DEBUG',
        logger: driver,
        instance,
        message: `Check if temp file /var/lib/nova/instances/${file} exists to indicate shared storage is being used for migration. Exists? ${block === 'True' ? 'False' : 'True'}`,
        context: this.#request,
        place: { method: '_check_shared_storage_test_file', path: 'virt/libvirt/driver.py', line: 10004 },
      })
    }
    if (beginning.kind === 'check-refuses') return at + 110
    if (r >= 13 && this.#source.level === 'DEBUG') {
      // Only from Newton on does a line of the check name the instance.
      if (r >= 14) this.#told.checked = at + 91
      this.#onSource(at + 91, {
        level: 'DEBUG',
        logger: manager,
        context: this.#request,
        message: `source check data is ${data}`,
        place: { method: 'check_can_live_migrate_source', path: 'compute/manager.py', line: 8494 },
      })
    }
    return at + 400
  }

  #refuse(at: number): number {
    const { beginning } = this.#spec
    if (beginning.kind !== 'check-refuses') return at
    const host = beginning.on === 'source' ? this.#source : this.#destination
    const release = host.release
    const text = `${release >= 20 ? 'nova.exception.' : ''}${beginning.class}: ${beginning.error}`
    this.#told.refusal = at
    host.say({
      at,
      level: 'ERROR',
      logger: release <= 13 ? 'oslo_messaging.rpc.dispatcher' : 'oslo_messaging.rpc.server',
      context: this.#request,
      message:
        release <= 13
          ? `Exception during message handling: ${beginning.error}`
          : `Exception during message handling${release >= 16 ? `: ${text}` : ''}`,
      traceback: rpcTraceback(release, `check_can_live_migrate_${beginning.on}`, text),
    })
    if (beginning.on === 'source' && release >= 16) {
      // The destination asked, and hears of it as a remote exception.
      const remote = text
        .replace(beginning.class, `${beginning.class}_Remote`)
        .replace('nova.exception.', 'nova.exception_Remote.')
      this.#onDestination(at + 30, {
        level: 'ERROR',
        logger: 'oslo_messaging.rpc.server',
        message: `Exception during message handling: ${remote}`,
        traceback: rpcTraceback(release, 'check_can_live_migrate_destination', remote),
      })
    }
    return at
  }

  #prepare(from: number): { at: number; ended: 'refused' | 'silent' | null } {
    const { instance, destination, beginning } = this.#spec
    const r = this.#source.release
    const seconds = this.#dice.between(1.2, 6)
    const at = from + seconds * 1000
    if (r >= 13) {
      this.#onDestination(from + 20, {
        level: 'DEBUG',
        logger: manager,
        message: `pre_live_migration data is LibvirtLiveMigrateData(bdms=<?>,block_migration=False,disk_available_mb=70656)`,
        place: { method: 'pre_live_migration', path: 'compute/manager.py', line: 8516 },
      })
    }
    if (beginning.kind === 'preparation-fails') {
      const remote = `${beginning.class}_Remote: ${beginning.error}`
      const text = r >= 20 ? `nova.exception_Remote.${remote}` : remote
      this.#tell('refusal', at, this.#source, {
        level: 'ERROR',
        logger: manager,
        message: `Pre live migration failed at ${destination}${r >= 13 ? `: ${text}` : ''}`,
        ...(r >= 20 ? { raw: remoteTraceback(text) } : {}),
        ...(r >= 20 ? {} : { traceback: rpcTraceback(r, 'pre_live_migration', text) }),
      })
      return { at, ended: 'refused' }
    }
    if (r >= 18) {
      this.#tell('prepared', at, this.#source, {
        level: 'INFO',
        logger: manager,
        message: `Took ${seconds.toFixed(2)} seconds for pre_live_migration on destination host ${destination}.`,
      })
    }
    if (beginning.kind === 'ports-time-out') {
      const late = at + 300_000
      const port = this.#dice.uuid()
      this.#tell('refusal', late, this.#source, {
        level: 'WARNING',
        logger: manager,
        message: `Timed out waiting for events: [('network-vif-plugged', '${port}')]. If these timeouts are a persistent issue it could mean the networking backend on host ${destination} does not support sending these events unless there are port binding host changes which does not happen at this point in the live migration process. You may need to disable the live_migration_wait_for_vif_plug option on host ${destination}.`,
      })
      return { at: late, ended: 'refused' }
    }
    this.#onDestination(at + 10, {
      level: 'DEBUG',
      logger: manager,
      instance,
      message: 'Checking state',
      place: { method: '_get_power_state', path: 'compute/manager.py', line: 1674 },
    })
    if (beginning.kind === 'goes-silent') return { at, ended: 'silent' }
    return { at: at + 30, ended: null }
  }

  #copy(at: number): Pick<LiveCourse, 'copyingAt' | 'endedAt' | 'ended' | 'passes'> {
    const { instance, guest, options, memoryMiB, copiedDiskBytes, interventions: does } = this.#spec
    const r = this.#source.release
    const gib = dataGiB(memoryMiB, copiedDiskBytes)
    const schedule = downtimeSchedule(options, gib, r)
    const timeout = completionTimeoutS(options.completionTimeoutS, gib)
    const migration = r <= 13 ? driver : 'nova.virt.libvirt.migration'
    const monitor = { method: '_live_migration_monitor', path: 'virt/libvirt/driver.py', line: 10381 }
    const debug = (when: number, message: string): void =>
      this.#onSource(when, { level: 'DEBUG', logger: driver, instance, message, place: monitor })

    debug(at, 'Starting monitoring of live migration')
    debug(at + 2, 'Operation thread is still running')
    debug(at + 3, 'Migration not running yet')
    if (r >= 14) debug(at + 11, 'About to invoke the migrate API')
    this.#destination.say({
      at: at + 900,
      level: 'INFO',
      logger: manager,
      instance,
      message: 'VM Started (Lifecycle Event)',
      context: this.#dice.chance(0.5) ? noContext : this.#request,
    })

    const copy = new GuestCopy(guest)
    const stepsText = `[${schedule.map(({ afterS, downtimeMs }) => `(${afterS}, ${downtimeMs})`).join(', ')}]`
    const firstIsZero = r > 12 && this.#dice.chance(0.7)
    let elapsed = tickS + this.#dice.between(0.002, 0.02)
    let n = 0
    let downtime: number | null = null
    let watermark: number | null = null
    let watermarkAt = 0
    let postCopy = false
    let forceNext = false
    let forced = does.forceCompleteAtS === undefined
    const ended = (kind: LiveCourse['ended'], when: number) => ({
      copyingAt: at + 500,
      endedAt: when,
      ended: kind,
      passes: copy.passes,
    })

    // One turn of Nova's monitor loop; the libvirt job runs on by itself between two of them.
    for (;;) {
      const now = at + elapsed * 1000
      copy.advance(elapsed - 0.3, downtime ?? 300)
      if (does.restartAtS !== undefined && elapsed >= does.restartAtS) return ended('restarted', this.#restart(now))
      if (does.logEndsAtS !== undefined && elapsed >= does.logEndsAtS) return ended('running', now)
      if (copy.completed) return ended('completed', this.#complete(now, postCopy))
      if (does.failAtS !== undefined && elapsed >= does.failAtS) return ended('failed', this.#fail(now))
      if (does.abortAtS !== undefined && elapsed >= does.abortAtS) return ended('cancelled', this.#cancel(now))

      if (forceNext) {
        forceNext = false
        if (!postCopy && options.permitPostCopy) {
          postCopy = true
          copy.stopWriting('post-copy')
          this.#tell('post-copy', now, this.#source, {
            level: 'INFO',
            logger: migration,
            message: 'Switching to post-copy migration mode',
          })
        } else if (!options.permitPostCopy) {
          copy.stopWriting('paused')
          this.#source.say({
            at: now + 20,
            level: 'INFO',
            logger: manager,
            instance,
            message: 'VM Paused (Lifecycle Event)',
          })
        }
      }
      if (!forced && does.forceCompleteAtS !== undefined && elapsed >= does.forceCompleteAtS) {
        forced = true
        forceNext = true
      }

      const state = firstIsZero && n === 0 ? { processedBytes: 0, remainingBytes: 0 } : copy.state()
      if (r <= 18) {
        if (watermark === null || (r > 12 && watermark === 0) || watermark > state.remainingBytes) {
          watermark = state.remainingBytes
          watermarkAt = elapsed
        }
        if (options.progressTimeoutS !== 0 && elapsed - watermarkAt > options.progressTimeoutS) {
          this.#tell('stuck', now, this.#source, {
            level: 'WARNING',
            logger: migration,
            message: `Live migration stuck for ${Math.trunc(elapsed - watermarkAt)} sec`,
          })
          return ended('cancelled', this.#cancel(now + 510))
        }
      }
      if (timeout !== null && elapsed > timeout && !postCopy) {
        this.#tell('timeout', now + 1, this.#source, {
          level: 'WARNING',
          logger: migration,
          message: `Live migration not completed after ${timeout} sec`,
        })
        if (options.timeoutAction === 'abort') return ended('cancelled', this.#cancel(now + 510))
        forceNext = true
      }

      const next = downtimeAfter(schedule, elapsed)
      if (r >= 14) {
        const update = { method: 'update_downtime', path: 'virt/libvirt/migration.py', line: 525 }
        this.#onSource(now + 3, {
          level: 'DEBUG',
          logger: migration,
          instance,
          message: `Current ${downtime ?? 'None'} elapsed ${Math.trunc(elapsed)} steps ${stepsText}`,
          place: update,
        })
        if (next === downtime) {
          this.#onSource(now + 4, {
            level: 'DEBUG',
            logger: migration,
            instance,
            message: 'Downtime does not need to change',
            place: update,
          })
        }
      }
      if (next !== null && next !== downtime) {
        const step = schedule.findLast(({ downtimeMs }) => downtimeMs === next)
        downtime = next
        this.#told.copying ??= now + 4
        this.#onSource(now + 4, {
          level: 'INFO',
          logger: migration,
          instance,
          message: `Increasing downtime to ${next}${r <= 12 ? 'ms' : ' ms'} after ${step?.afterS ?? 0} sec elapsed time`,
        })
      }

      let pause = tickS + this.#dice.between(0.003, 0.02)
      if (n % 10 === 0) {
        pause += this.#dice.between(0.04, 0.12)
        this.#point(now + 90, n, elapsed, state, firstIsZero, watermark, watermarkAt)
      }
      n += 1
      elapsed += pause
    }
  }

  #point(
    now: number,
    n: number,
    elapsed: number,
    { processedBytes, remainingBytes }: { processedBytes: number; remainingBytes: number },
    firstIsZero: boolean,
    watermark: number | null,
    watermarkAt: number,
  ): void {
    const r = this.#source.release
    const level = n % 60 === 0 ? 'INFO' : 'DEBUG'
    const total = firstIsZero && n === 0 ? 0 : this.#spec.guest.totalBytes
    const left = percentLeft(remainingBytes, total, r < 20 ? 2 : 3)
    const secs = r <= 22 ? Math.trunc(n / 2) : Math.trunc(elapsed)
    const bytes = `(bytes processed=${processedBytes}, remaining=${remainingBytes}, total=${total})`
    const place = { method: '_live_migration_monitor', path: 'virt/libvirt/driver.py', line: 10481 }
    const message =
      r >= 20
        ? `Migration running for ${secs} secs, memory ${left}% remaining ${bytes}; disk 100% remaining (bytes processed=0, remaining=0, total=0).`
        : `Migration running for ${secs} secs, memory ${left}% remaining; ${bytes}`
    this.#onSource(now, { level, logger: driver, instance: this.#spec.instance, message, place })
    if (r <= 18 && watermark !== null && remainingBytes > watermark) {
      this.#onSource(now + 1, {
        level,
        logger: driver,
        instance: this.#spec.instance,
        message: `Data remaining ${remainingBytes} bytes, low watermark ${watermark} bytes ${Math.trunc(elapsed - watermarkAt)} seconds ago`,
        place,
      })
    }
    const logged = level === 'INFO' || this.#source.level === 'DEBUG'
    if (logged && total > 0) this.#points.push({ at: now, processedBytes, remainingBytes })
  }

  #complete(at: number, postCopy: boolean): number {
    const { instance, destination, copiedDiskBytes } = this.#spec
    const r = this.#source.release
    const source = this.#source
    const context = r >= 18 ? this.#request : this.#threadContext()
    const end = at + this.#dice.between(700, 2500)
    const lifecycle =
      r < 17
        ? 'VM Stopped (Lifecycle Event)'
        : postCopy
          ? 'VM Paused (Lifecycle Event)'
          : this.#dice.pick(['VM Paused (Lifecycle Event)', 'VM Migration completed (Lifecycle Event)'])
    source.say({ at: at - 60, level: 'INFO', logger: manager, instance, message: lifecycle, context: this.#periodic() })
    source.say({
      at: at - 30,
      level: 'INFO',
      logger: manager,
      instance,
      message: 'During sync_power_state the instance has a pending task (migrating). Skip.',
      context: this.#periodic(),
    })
    this.#tell('outcome', at, source, { level: 'INFO', logger: driver, message: 'Migration operation has completed' })
    this.#onSource(at + 1, { level: 'INFO', logger: manager, instance, message: '_post_live_migration() is started..' })
    this.#onSource(at + 9, {
      level: 'DEBUG',
      logger: driver,
      instance,
      message: 'Migration operation thread has finished',
      place: { method: '_live_migration_operation', path: 'virt/libvirt/driver.py', line: 10268 },
    })
    if (copiedDiskBytes.length > 0) {
      const folder = `/var/lib/nova/instances/${instance}_del`
      source.say({
        at: at + 20,
        level: 'INFO',
        logger: driver,
        instance,
        message: `Deleting instance files ${folder}`,
        context,
      })
      source.say({
        at: at + 28,
        level: 'INFO',
        logger: driver,
        instance,
        message: `Deletion of ${folder} complete`,
        context,
      })
    }
    this.#onDestination(at + 250, {
      level: 'INFO',
      logger: manager,
      instance,
      message: 'Post operation of migration started',
    })
    this.#destination.say({
      at: at + 120,
      level: 'INFO',
      logger: manager,
      instance,
      message: 'VM Resumed (Lifecycle Event)',
      context: this.#periodic(),
    })
    source.say({
      at: end,
      level: 'INFO',
      logger: manager,
      instance,
      message: `Migrating instance to ${destination} finished successfully.`,
      context,
    })
    if (r <= 14) {
      source.say({
        at: end + 1,
        level: 'INFO',
        logger: manager,
        instance,
        context,
        message:
          'You may see the error "libvirt: QEMU error: Domain not found: no domain with matching name." This error can be safely ignored.',
      })
    }
    return end
  }

  #cancel(at: number): number {
    const cancelled = "operation aborted: job 'migration out' canceled by client"
    const short = this.#source.release < 19 ? 'operation aborted: migration job: canceled by client' : cancelled
    this.#tell('outcome', at, this.#source, {
      level: 'WARNING',
      logger: driver,
      message: 'Migration operation was cancelled',
    })
    this.#ruined(at + this.#dice.between(10, 1900), short)
    this.#rollback(at + 2100)
    return at + 2100
  }

  #fail(at: number): number {
    const failure = this.#spec.interventions.failure ?? 'internal error: qemu unexpectedly closed the monitor'
    this.#ruined(at, failure)
    this.#told['hypervisor-error'] = at
    this.#tell('outcome', at + 480, this.#source, {
      level: 'ERROR',
      logger: driver,
      message: 'Migration operation has aborted',
    })
    this.#rollback(at + 2100)
    return at + 2100
  }

  /** The operation thread's word, and what 2026.1 makes of it. */
  #ruined(at: number, message: string): void {
    const { instance } = this.#spec
    const r = this.#source.release
    const text = `Live Migration failure: ${message}${libvirtErrorSuffix(r, message)}`
    this.#onSource(at, { level: 'ERROR', logger: driver, instance, message: text })
    if (r < 33) return
    const raised = `libvirt.libvirtError: ${message}`
    const warned = `Error monitoring migration: ${message}: ${raised}`
    this.#onSource(at + 2101, {
      level: 'WARNING',
      logger: driver,
      instance,
      message: warned,
      traceback: rpcTraceback(r, '_live_migration', raised),
    })
    this.#onSource(at + 2130, {
      level: 'ERROR',
      logger: manager,
      instance,
      message: `Live migration failed.: ${raised}`,
      traceback: rpcTraceback(r, '_do_live_migration', raised),
    })
  }

  #rollback(at: number): void {
    const { instance } = this.#spec
    const destroyed = { level: 'INFO', logger: driver, instance, message: 'Instance destroyed successfully.' } as const
    this.#destination.say({ at: at - 900, ...destroyed })
    const folder = `/var/lib/nova/instances/${instance}_del`
    this.#onDestination(at - 890, {
      level: 'INFO',
      logger: driver,
      instance,
      message: `Deleting instance files ${folder}`,
    })
    this.#onDestination(at - 880, {
      level: 'INFO',
      logger: driver,
      instance,
      message: `Deletion of ${folder} complete`,
    })
    if (this.#source.release >= 17) {
      this.#onSource(at - 1500, {
        level: 'INFO',
        logger: manager,
        instance,
        message: `Swapping old allocation on dict_keys(['${this.#dice.uuid()}']) held by migration ${this.#dice.uuid()} for instance`,
      })
    }
  }

  #restart(at: number): number {
    const { instance, interventions } = this.#spec
    const source = this.#source
    const r = source.release
    source.say({
      at,
      level: 'INFO',
      logger: 'oslo_service.service',
      message: 'Caught SIGTERM, exiting',
      context: noContext,
    })
    source.pid += this.#dice.whole(50, 3000)
    const up = at + this.#dice.between(3000, 15_000)
    this.#told.restart = up
    source.say({
      at: up,
      level: 'INFO',
      logger: 'nova.service',
      context: noContext,
      message: `Starting compute node (version ${r}.0.1-1.el7)`,
    })
    if (r < 20) return up
    const context: LogContext = { kind: 'periodic', request: `req-${this.#dice.uuid()}` }
    if (interventions.restartFindsItGone === true) {
      this.#told.orphan = up + 900
      const gone = `nova.exception.InstanceNotFound: Instance ${instance} could not be found.`
      source.say({
        at: up + 900,
        level: 'ERROR',
        logger: manager,
        instance,
        context,
        message: `Failed to abort live-migration: ${gone}`,
        traceback: rpcTraceback(r, '_reset_live_migration', gone),
      })
    }
    source.say({
      at: up + 910,
      level: 'INFO',
      logger: manager,
      instance,
      context,
      message: 'Instance found in migrating state during startup. Resetting task_state',
    })
    return up + 910
  }

  #periodic(): LogContext {
    return { kind: 'periodic', request: `req-${this.#dice.uuid()}` }
  }

  /** Until Queens the migration's thread kept the request's context. */
  #threadContext(): LogContext {
    return this.#source.release <= 17 ? this.#request : noContext
  }

  #onSource(at: number, said: Omit<Said, 'at'>): void {
    this.#source.say({ context: this.#threadContext(), ...said, at })
  }

  #onDestination(at: number, said: Omit<Said, 'at'>): void {
    this.#destination.say({ context: this.#request, ...said, at })
  }

  #tell(telling: Telling, at: number, host: HostLog, said: Omit<Said, 'at' | 'instance'>): void {
    this.#told[telling] ??= at
    host.say({ context: this.#threadContext(), ...said, at, instance: this.#spec.instance })
  }
}
