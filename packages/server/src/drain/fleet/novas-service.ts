import type { DrainRequest } from '@landfall/api'
import type { DrainState } from '@landfall/core'
import { isNovaAway } from '../../cloud/is-nova-away.ts'
import { serverError } from '../../errors.ts'
import { hostNamed } from '../../guests/find-guest.ts'
import type { RunContext } from '../../run/start/context.ts'
import { drainedHosts } from './closed-hosts.ts'
import { drainReason, novaWhereKnown } from './nova-instances.ts'

/**
 * Where a host is one of Nova's, its compute service is disabled before it is emptied, so that its scheduler puts nothing there, and
 * enabled before it is filled again. What somebody else disabled stays so.
 *
 * @returns whether that was changed
 * @throws LandfallError `nova-refused` for a user who may not, `nova-unreachable`
 */
export async function novasService(
  { sessions, nova: open }: Pick<RunContext, 'sessions' | 'nova'>,
  { host: name, kind }: Pick<DrainRequest, 'host' | 'kind'>,
): Promise<boolean> {
  const nova = await novaWhereKnown(open)
  if (nova === null) return false
  const hostname = await (await hostNamed(sessions, name).connection()).getHostname()
  const host = await nova.hostOf(hostname)
  if (host === null) return false
  return kind === 'drain' ? nova.disable(host, drainReason) : nova.enable(host, drainReason)
}

type Context = Pick<RunContext, 'sessions' | 'nova' | 'store'>
type Begun = Pick<DrainState, 'id' | 'kind' | 'host'>

/**
 * As a drain, or a way back, begins. A Nova whose answer got lost may have disabled the service, which nothing would enable again: that
 * is taken back.
 *
 * @throws LandfallError see {@link novasService}
 */
export async function beginAtNova(context: Context, drain: Begun): Promise<void> {
  try {
    await novasService(context, drain)
  } catch (cause) {
    if (!isNovaAway(cause)) throw cause
    const given = await giveBackToNova(context, drain).catch(() => 'not-heard' as const)
    // What is not disabled yet may be a moment later: Nova may be at it still.
    const mayStay = given === 'not-heard' || given === 'was-enabled'
    throw mayStay ? serverError('nova-unreachable', cause.message, mayBeDisabled(drain), cause) : cause
  }
}

/** The host of a drain that moves nobody any more takes guests of Nova's again, unless a drain before it keeps it closed. */
export async function giveBackToNova(
  context: Context,
  { id, kind, host }: Begun,
): Promise<'given-back' | 'was-enabled' | 'stays-closed'> {
  const others = (await context.store.drains.list()).filter((each) => each.id !== id)
  if (kind === 'undrain' || drainedHosts(others).has(host)) return 'stays-closed'
  return (await novasService(context, { host, kind: 'undrain' })) ? 'given-back' : 'was-enabled'
}

/** What to do where it could not be given back. */
export const mayBeDisabled = ({ host }: Pick<Begun, 'host'>): string =>
  `nova-compute of ${host} may be disabled: landfall undrain ${host} enables it`
