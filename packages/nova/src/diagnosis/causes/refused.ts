import type { Case } from '../case.ts'
import { all, copied, first } from '../episodes/episode.ts'
import type { Cause } from '../finding.ts'
import type { Refusal } from '../meanings/refusals.ts'
import { explain, explainAs } from '../meanings/explain.ts'
import { meaningOf, meanings } from '../meanings/meanings.ts'
import { plainError, refusalIn } from '../meanings/refusals.ts'
import { failedThere } from '../ending/failed-there.ts'
import type { Told } from '../episodes/told.ts'
import { placesOf } from './evidence.ts'

/** A check, a preparation, the scheduler or a claim refused it: which, and who. */
export function refused({ episode, outcome }: Case): Cause | null {
  if (outcome !== 'refused' && outcome !== 'failed') return null
  const told = [
    ...all(episode, 'prepare-failed', 'vif-failed'),
    ...all(episode, 'exception', 'host-skipped', 'refused', 'instance-state', 'libvirt-failure', 'live-failure'),
  ].filter(({ said }) => said.error !== '')
  // Of an error that came from below, or after the copy began, only what the destination lacks is a refusal.
  const under =
    outcome === 'failed' &&
    (copied(episode) ||
      failedThere(episode) !== undefined ||
      first(episode, 'cold-power-off', 'shut-down') !== undefined)
  const found = told
    .map((each) => ({ each, refusal: refusalIn(each.said.error) }))
    .filter(
      ({ each, refusal }) => refusal !== null && ((!under && !isLibvirts(each)) || refusal.code === 'destination-full'),
    )
  const named = found.find(({ refusal }) => refusal?.which !== 'no-valid-host') ?? found[0]
  if (named !== undefined && named.refusal !== null) return cause(episode, named.each, named.refusal, told)
  const [other] = told.filter((each) => !isLibvirts(each) && each.said.what !== 'instance-state')
  if (other === undefined || outcome !== 'refused') return null
  const words = other.said.what === 'prepare-failed' ? 'the destination could not be prepared' : 'a check failed'
  return cause(episode, other, { code: 'pre-check-failed', which: 'other', words }, told)
}

const isLibvirts = ({ said }: Told): boolean => said.what === 'libvirt-failure' || said.what === 'live-failure'

function cause(
  episode: Case['episode'],
  told: Told<Extract<Told['said'], { readonly error: string }>>,
  refusal: Refusal,
  others: readonly Told[],
): Cause {
  const filter = first(episode, 'no-host-left')
  const where =
    told.said.what === 'refused' || refusal.which === 'no-valid-host'
      ? 'no host'
      : (episode.to ?? ('to' in told.said && told.said.to !== null ? told.said.to : 'the destination'))
  const said = plainError(told.said.error)
  const by = filter === undefined ? '' : ` (${filter.said.filter} left no host)`
  const same = others.filter((other) => other !== told).slice(0, 3)
  const meant = meanings.find(({ which, pattern }) => which === refusal.which && pattern.test(told.said.error))
  const explained = meant === undefined ? null : explainAs(meant, told.said.error, episode)
  return {
    code: refusal.code,
    which: refusal.which,
    message: `${where === 'no host' ? '' : `${where}: `}${explained?.words ?? refusal.words}${by}: ${said}`,
    numbers: {},
    explained,
    evidence: placesOf(told, ...same, filter),
  }
}

/** libvirt or QEMU failed: in their words, and what those mean. */
export function hypervisorError({ episode, outcome }: Case): Cause | null {
  if (outcome !== 'failed') return null
  const told = [
    ...all(episode, 'libvirt-failure', 'monitor-failure', 'live-failure', 'post-at-destination-failed'),
    ...all(episode, 'instance-state', 'exception', 'complaint'),
  ].filter(({ said }) => said.error !== '')
  // What is understood says more than what is not; what came first more than what followed from it.
  const decisive = told.find(({ said }) => isCause(said.error)) ?? told[0]
  const failed = first(episode, 'job-failed')
  if (decisive === undefined) return null
  const explained = explain(decisive.said.error, episode)
  const quoted = plainError(decisive.said.error)
  return {
    code: 'hypervisor-error',
    ...(explained === null ? {} : { which: explained.which }),
    message:
      explained === null
        ? `not known here: ${quoted}`
        : `${hostOf(explained.side, episode)}${explained.words}: ${quoted}`,
    numbers: {},
    explained,
    evidence: placesOf(decisive, failed, ...told.filter((other) => other !== decisive).slice(0, 2)),
  }
}

/** Known, and not only that somebody ended the job or that a guest is not where it was looked for. */
const isCause = (error: string): boolean => {
  const which = meaningOf(error)?.which
  return which !== undefined && which !== 'aborted-by-client' && which !== 'guest-not-found'
}

function hostOf(side: string, { from, to }: Case['episode']): string {
  if (side === 'source' && from !== null) return `${from}: `
  return side === 'destination' && to !== null ? `${to}: ` : ''
}

/** What Nova could not clear away, in its words: ports, volumes, allocations. */
export function cleanupIncomplete({ episode }: Case): Cause | null {
  // What the destination met is what the source was told.
  const post = failedThere(episode) !== undefined
  const told = all(episode, 'complaint').filter(
    ({ said }) => !post || !said.words.startsWith('Unexpected error during post'),
  )
  const [one] = told
  if (one === undefined) return null
  const words = [...new Set(told.map(({ said }) => said.words))].slice(0, 4)
  const explained = told.map(({ said }) => explain(said.error, episode)).find((each) => each !== null) ?? null
  return {
    code: 'cleanup-incomplete',
    message: `not all was cleared away: ${words.join('; ')}`,
    numbers: {},
    explained,
    evidence: placesOf(...told.slice(0, 4)),
  }
}
