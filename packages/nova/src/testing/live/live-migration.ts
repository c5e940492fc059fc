import { completionTimeoutS, dataGiB, downtimeAfter, downtimeSchedule } from '../../rules/schedule.ts'
import { checks, prepare, refuse } from './beginning.ts'
import { cancel, complete, fail, restart } from './ending.ts'
import { GuestCopy } from './guest-copy.ts'
import { noContext } from '../lines/host-log.ts'
import type { LiveCourse } from './live-course.ts'
import type { Scribe } from './scribe.ts'
import { driver, manager } from './scribe.ts'

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
export function writeLiveMigration(scribe: Scribe): LiveCourse {
  const { startAt, beginning, queuedS } = scribe.spec
  const checkedAt = checks(scribe, startAt)
  const course = (rest: Pick<LiveCourse, 'endedAt' | 'ended'> & Partial<LiveCourse>): LiveCourse => ({
    startedAt: startAt,
    copyingAt: null,
    points: scribe.points,
    passes: 0,
    told: scribe.told,
    ...rest,
  })
  if (beginning.kind === 'check-refuses') return course({ endedAt: refuse(scribe, checkedAt), ended: 'refused' })
  if (beginning.kind === 'stays-queued') return course({ endedAt: checkedAt, ended: 'silent' })
  if (beginning.kind === 'cancelled-in-queue') {
    const at = checkedAt + queuedS * 1000
    scribe.tell('queue-cancelled', at, scribe.source, {
      level: 'INFO',
      logger: manager,
      message: 'Successfully cancelled queued live migration.',
    })
    return course({ endedAt: at, ended: 'cancelled' })
  }
  const prepared = prepare(scribe, checkedAt + queuedS * 1000)
  if (prepared.ended) return course({ endedAt: prepared.at, ended: prepared.ended })
  return course(copyMemory(scribe, prepared.at))
}

function copyMemory(scribe: Scribe, at: number): Pick<LiveCourse, 'copyingAt' | 'endedAt' | 'ended' | 'passes'> {
  const { instance, guest, options, memoryMiB, copiedDiskBytes, interventions: does } = scribe.spec
  const r = scribe.source.release
  const gib = dataGiB(memoryMiB, copiedDiskBytes)
  const schedule = downtimeSchedule(options, gib, r)
  const timeout = completionTimeoutS(options.completionTimeoutS, gib)
  const migration = r <= 13 ? driver : 'nova.virt.libvirt.migration'
  const monitor = { method: '_live_migration_monitor', path: 'virt/libvirt/driver.py', line: 10381 }
  const debug = (when: number, message: string): void =>
    scribe.onSource(when, { level: 'DEBUG', logger: driver, instance, message, place: monitor })

  debug(at, 'Starting monitoring of live migration')
  debug(at + 2, 'Operation thread is still running')
  debug(at + 3, 'Migration not running yet')
  if (r >= 14) debug(at + 11, 'About to invoke the migrate API')
  scribe.destination.say({
    at: at + 900,
    level: 'INFO',
    logger: manager,
    instance,
    message: 'VM Started (Lifecycle Event)',
    context: scribe.dice.chance(0.5) ? noContext : scribe.request,
  })

  const copy = new GuestCopy(guest)
  const stepsText = `[${schedule.map(({ afterS, downtimeMs }) => `(${afterS}, ${downtimeMs})`).join(', ')}]`
  const firstIsZero = r > 12 && scribe.dice.chance(0.7)
  let elapsed = tickS + scribe.dice.between(0.002, 0.02)
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
    if (does.restartAtS !== undefined && elapsed >= does.restartAtS) return ended('restarted', restart(scribe, now))
    if (does.logEndsAtS !== undefined && elapsed >= does.logEndsAtS) return ended('running', now)
    if (copy.completed) return ended('completed', complete(scribe, now, postCopy))
    if (does.failAtS !== undefined && elapsed >= does.failAtS) return ended('failed', fail(scribe, now))
    if (does.abortAtS !== undefined && elapsed >= does.abortAtS) return ended('cancelled', cancel(scribe, now))

    if (forceNext) {
      forceNext = false
      if (!postCopy && options.permitPostCopy) {
        postCopy = true
        copy.stopWriting('post-copy')
        scribe.tell('post-copy', now, scribe.source, {
          level: 'INFO',
          logger: migration,
          message: 'Switching to post-copy migration mode',
        })
      } else if (!options.permitPostCopy) {
        copy.stopWriting('paused')
        scribe.source.say({
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
        scribe.tell('stuck', now, scribe.source, {
          level: 'WARNING',
          logger: migration,
          message: `Live migration stuck for ${Math.trunc(elapsed - watermarkAt)} sec`,
        })
        return ended('cancelled', cancel(scribe, now + 510))
      }
    }
    if (timeout !== null && elapsed > timeout && !postCopy) {
      scribe.tell('timeout', now + 1, scribe.source, {
        level: 'WARNING',
        logger: migration,
        message: `Live migration not completed after ${timeout} sec`,
      })
      if (options.timeoutAction === 'abort') return ended('cancelled', cancel(scribe, now + 510))
      forceNext = true
    }

    const next = downtimeAfter(schedule, elapsed)
    if (r >= 14) {
      const update = { method: 'update_downtime', path: 'virt/libvirt/migration.py', line: 525 }
      scribe.onSource(now + 3, {
        level: 'DEBUG',
        logger: migration,
        instance,
        message: `Current ${downtime ?? 'None'} elapsed ${Math.trunc(elapsed)} steps ${stepsText}`,
        place: update,
      })
      if (next === downtime) {
        scribe.onSource(now + 4, {
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
      scribe.told.copying ??= now + 4
      scribe.onSource(now + 4, {
        level: 'INFO',
        logger: migration,
        instance,
        message: `Increasing downtime to ${next}${r <= 12 ? 'ms' : ' ms'} after ${step?.afterS ?? 0} sec elapsed time`,
      })
    }

    let pause = tickS + scribe.dice.between(0.003, 0.02)
    if (n % 10 === 0) {
      pause += scribe.dice.between(0.04, 0.12)
      logPoint(scribe, now + 90, n, elapsed, state, firstIsZero, watermark, watermarkAt)
    }
    n += 1
    elapsed += pause
  }
}

function logPoint(
  scribe: Scribe,
  now: number,
  n: number,
  elapsed: number,
  { processedBytes, remainingBytes }: { processedBytes: number; remainingBytes: number },
  firstIsZero: boolean,
  watermark: number | null,
  watermarkAt: number,
): void {
  const r = scribe.source.release
  const level = n % 60 === 0 ? 'INFO' : 'DEBUG'
  const total = firstIsZero && n === 0 ? 0 : scribe.spec.guest.totalBytes
  const left = percentLeft(remainingBytes, total, r < 20 ? 2 : 3)
  const secs = r <= 22 ? Math.trunc(n / 2) : Math.trunc(elapsed)
  const bytes = `(bytes processed=${processedBytes}, remaining=${remainingBytes}, total=${total})`
  const place = { method: '_live_migration_monitor', path: 'virt/libvirt/driver.py', line: 10481 }
  const message =
    r >= 20
      ? `Migration running for ${secs} secs, memory ${left}% remaining ${bytes}; disk 100% remaining (bytes processed=0, remaining=0, total=0).`
      : `Migration running for ${secs} secs, memory ${left}% remaining; ${bytes}`
  scribe.onSource(now, { level, logger: driver, instance: scribe.spec.instance, message, place })
  if (r <= 18 && watermark !== null && remainingBytes > watermark) {
    scribe.onSource(now + 1, {
      level,
      logger: driver,
      instance: scribe.spec.instance,
      message: `Data remaining ${remainingBytes} bytes, low watermark ${watermark} bytes ${Math.trunc(elapsed - watermarkAt)} seconds ago`,
      place,
    })
  }
  const logged = level === 'INFO' || scribe.source.level === 'DEBUG'
  if (logged && total > 0) scribe.points.push({ at: now, processedBytes, remainingBytes })
}
