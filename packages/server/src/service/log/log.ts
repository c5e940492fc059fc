import type { MigrationHandle, MigrationUpdate } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { Logger } from 'pino'
import { pino } from 'pino'
import type { ServerConfig } from '../../config/server-config.ts'
import type { Answered } from '../../http/app.ts'
import type { Notification } from '../../notify/notification.ts'
import type { Outcome } from '../../notify/target-queue.ts'

/** Of what waits to be written: where more does, new lines are left out, and counted. */
const mostWaitingBytes = 4 * 1024 ** 2

/**
 * JSON lines to stdout. What cannot be written (a full disk) is written with a later line, once that can be, and ends nothing. How many
 * were left out meanwhile is a line as well.
 *
 * @param onLost told of each write that failed, which may be of several lines
 */
export function createLog(level: ServerConfig['logLevel'], onLost: (error: Error) => void): Logger {
  // Any least length, of which each line has more: without one, what waits cannot be tried again by itself.
  const lines = pino.destination({ sync: false, minLength: 1, maxLength: mostWaitingBytes })
  const flushSync = lines.flushSync.bind(lines)
  // What is left is written at the end, by trying until it is taken: of a disk that is full the process would never end.
  lines.on('error', (error: Error) => {
    lines.flushSync = () => undefined
    onLost(error)
  })
  lines.on('write', () => {
    lines.flushSync = flushSync
  })
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines)
  let leftOut = 0
  lines.on('drop', () => {
    leftOut++
    // Only a line that is taken tries to write, and none is any more.
    lines.flush()
  })
  lines.on('drain', () => {
    if (leftOut === 0) return
    const count = leftOut
    leftOut = 0
    log.error({ lines: count }, 'so many lines are missing before this one: they could not be written')
  })
  return log
}

/** One line for each thing that happened to a migration; samples are for metrics and streams. */
export function logUpdate(log: Logger, { id, guest }: MigrationHandle, update: MigrationUpdate): void {
  // The most of all by far.
  if (update.kind === 'sample' || update.kind === 'obeyed') return
  const about = log.child({ migration: id, guest })
  switch (update.kind) {
    case 'step':
      return about.info(update.message)
    case 'config-finding':
      return about.warn(update.finding, 'a finding in a file of Nova')
    case 'waiting':
      return about.info({ source: update.source, behind: update.guests }, 'waiting for its turn')
    case 'planned': {
      const { verdict, strategy, reason } = update.migration.plan
      return about.info({ verdict, strategy, reason: reason.code }, `planned: ${reason.message}`)
    }
    case 'launched':
      return about.info('started')
    case 'adopted':
      return about.info('taken up')
    case 'act':
      return about.info({ act: update.act.kind }, update.act.why)
    case 'act-failed':
      return about.warn({ act: update.act.kind }, update.error)
    case 'try-failed':
      return about.warn({ try: update.number, againAt: update.againAt }, update.message)
    case 'post-copy-broken':
      return about.error(`the post-copy stream broke: ${update.why}`)
    case 'refused':
    case 'ended': {
      const { outcome, reason, totalTimeMs, downtimeMs } = update.report
      const told = { outcome, reason: reason.code, totalTimeMs, downtimeMs }
      return outcome === 'failed' ? about.error(told, reason.message) : about.info(told, reason.message)
    }
  }
}

/**
 * One line for each request. What is not the caller's fault is told with its cause; who was not let in, with where he came from.
 *
 * @param tellsRefusalOf whether one more refusal of that address is told: whoever tries tokens would fill a disk
 */
export function logAnswered(log: Logger, told: Answered, tellsRefusalOf: (address: string) => boolean): void {
  const { error, isAdmitted: _, ...answered } = told
  const { code = null, message: why = null } = error instanceof LandfallError ? error : {}
  if (answered.status >= 500) log.error({ ...answered, err: error }, 'request failed')
  else if (isRefusal(answered.status, code) && tellsRefusalOf(answered.address))
    log.warn({ ...answered, code, why }, 'not let in')
  else log.debug({ ...answered, ...(code === null ? {} : { code, why }) }, 'request')
}

const isRefusal = (status: number, code: string | null): boolean =>
  status === 401 || status === 403 || code === 'sign-in-refused'

/** One line for each attempt to tell somebody that failed; that one succeeded is said for whoever looks closely. */
export function logNotified(log: Logger, target: string, { event, data }: Notification, outcome: Outcome): void {
  const about = log.child({ migration: data.migration, guest: data.guest, target, event })
  switch (outcome.kind) {
    case 'delivered':
      return about.debug('told')
    case 'again':
      return about.warn(
        { inMs: Math.round(outcome.inMs), why: outcome.why },
        'could not be told yet: it is tried again',
      )
    case 'given-up':
      return about.error({ attempts: outcome.attempts, why: outcome.why }, 'could not be told')
    case 'dropped':
      return about.error({ why: outcome.why }, 'is not told')
  }
}
