import type { MigrationHandle, MigrationUpdate } from '@landfall/api'
import type { LandfallError, Milliseconds } from '@landfall/core'
import type { Notification } from './notification.ts'
import { ended, notBegun, switchover } from './notification.ts'

/** What has been told of one migration. */
export interface ToldOf {
  /** That it is about to be launched; whoever heard that has to hear of its end, too. */
  readonly launchAhead: boolean
  readonly launched: boolean
  /** When its switchover was last told, and whether the end went out of sight since. */
  readonly switchover: { readonly at: number; readonly slipped: boolean } | null
}

export const nothingTold: ToldOf = { launchAhead: false, launched: false, switchover: null }

export interface Telling {
  readonly told: ToldOf
  readonly tell: Notification | null
}

/** A prediction that comes and goes is told no more often than this. */
export const againAfterMs: Milliseconds = 60_000

/** What an update of a migration gives others to know. Pure. */
export function whatToTell(
  told: ToldOf,
  migration: MigrationHandle,
  update: MigrationUpdate,
  leadMs: Milliseconds,
): Telling {
  switch (update.kind) {
    case 'launched':
    case 'adopted':
      return { told: { ...told, launched: true }, tell: null }
    case 'sample':
      return ofSample(told, migration, update, leadMs)
    case 'act': {
      const moves = update.act.kind === 'start-post-copy' || update.act.kind === 'suspend'
      return moves ? ofMove(told, migration, update.at) : { told, tell: null }
    }
    case 'refused':
      // By the plan that is made again where another took its place.
      return { told, tell: told.launchAhead ? ended(migration, update.report, update.at) : null }
    case 'ended':
      return { told, tell: ended(migration, update.report, update.at) }
    case 'try-failed':
      // The next try has a switchover of its own.
      return { told: { ...told, switchover: null }, tell: null }
    case 'step':
    case 'config-finding':
    case 'obeyed':
    case 'waiting':
    case 'planned':
    case 'act-failed':
    case 'post-copy-broken':
      return { told, tell: null }
  }
}

/** What follows from an error that keeps a migration from going on: where it was launched, another takes it up. Pure. */
export const whatToTellOfFailure = (
  { launchAhead, launched }: ToldOf,
  migration: MigrationHandle,
  error: LandfallError,
  now: number,
): Notification | null => (launchAhead && !launched ? notBegun(migration, error, now) : null)

function ofSample(
  told: ToldOf,
  migration: MigrationHandle,
  { at, sample, outlook }: Extract<MigrationUpdate, { kind: 'sample' }>,
  leadMs: Milliseconds,
): Telling {
  switch (sample.phase) {
    case 'switchover':
    case 'post-copy':
      return ofMove(told, migration, at)
    case 'active':
      break
    case 'preparing':
    case 'copying-disks':
    case 'post-copy-failed':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return { told, tell: null }
  }
  const { etaMs } = outlook
  const { switchover: before } = told
  if (etaMs === null || etaMs.low > leadMs) {
    // What wavers about the lead has not slipped.
    const slipped = etaMs === null || etaMs.low > 2 * leadMs
    return {
      told: before === null || !slipped ? told : { ...told, switchover: { ...before, slipped } },
      tell: null,
    }
  }
  if (before !== null && (!before.slipped || at - before.at < againAfterMs)) return { told, tell: null }
  return { told: { ...told, switchover: { at, slipped: false } }, tell: switchover(migration, etaMs, at) }
}

/** The guest is being moved: told unless it was told beforehand. */
function ofMove(told: ToldOf, migration: MigrationHandle, at: number): Telling {
  if (told.switchover !== null && !told.switchover.slipped) return { told, tell: null }
  return { told: { ...told, switchover: { at, slipped: false } }, tell: switchover(migration, null, at) }
}
