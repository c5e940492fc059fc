import type { Domain } from '@landfall/libvirt'
import type { Migration, Server } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { evenly } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import { definitionsOf } from '../../../guests/kept-definition.ts'
import { isOutgoing } from '../../../guests/migration-role.ts'
import type { ActiveMigration } from '../../request/active-migrations.ts'
import type { RunContext } from '../../start/context.ts'
import { AbortAsked } from '../ask-abort.ts'

const pollMs = 500
/** From "running" on Nova starts libvirt's job within a few seconds. */
const mostWithoutJobMs = 60_000
/** Before it runs, the instance is busy with it; where it is not at two such looks, nobody will carry the record out. */
const leftLookMs = 15_000
const beforeItRuns: readonly string[] = ['accepted', 'queued', 'preparing']

export interface UntilCopying extends Pick<RunContext, 'clock' | 'sessions'> {
  readonly nova: NovaApi
  /** Nova's number of the newest migration that it had of the instance before; null where it had none. */
  readonly newestBefore: number | null
  readonly requestId: string | null
  readonly active: Pick<ActiveMigration, 'abort'>
  readonly say: (message: string) => void
  readonly domain: Domain
}

/**
 * Waits in Nova's queue, until libvirt's job is there. An abort that is wished meanwhile is Nova's to carry out.
 *
 * @returns Nova's record: running, or completed where that was quicker than a look
 * @throws LandfallError `withdrawn` where it was aborted before; `nova-refused` where Nova ended it before it could be steered, or says
 *   for a minute that it runs while its source copies nothing
 */
export async function untilCopying(waiting: UntilCopying): Promise<Migration> {
  const { nova, newestBefore, requestId, active, say, domain } = waiting
  const clock = evenly(waiting.clock)
  let told = ''
  const abort = new AbortAsked({ nova, id: domain.uuid, isWished: () => active.abort !== null, say })
  let runningSince: number | null = null
  let lookedAt = clock.now()
  let idleLooks = 0
  for (;;) {
    // Nova goes on, whether it can be asked or not.
    const answer = await nova.newestMigration(domain.uuid).then(
      (newest) => ({ newest }),
      () => null,
    )
    const newest = answer?.newest ?? null
    const record = newest !== null && newest.id !== newestBefore ? newest : null
    if (record !== null && record.statusAsSent !== told) {
      told = record.statusAsSent
      say(words(record))
    }
    if (record?.status === 'completed' && !abort.isTaken) return record
    if (record !== null && nova.hasEnded(record)) throw await notMoved(nova, record, requestId, abort.isTaken)
    if (record !== null) await abort.look(record.id)
    const isToRun = record === null || beforeItRuns.includes(record.statusAsSent)
    if (isToRun && clock.now() - lookedAt >= leftLookMs) {
      lookedAt = clock.now()
      const state = await nova.server(domain.uuid).then(stateOf, () => 'busy' as const)
      // Where its records cannot be read it may have been moved; of one that was deleted nothing is to be expected any more.
      const isLeft = state === 'deleted' || (state === 'idle' && answer !== null)
      idleLooks = isLeft ? idleLooks + 1 : 0
      if (idleLooks >= 2)
        throw leftBehind(domain.uuid, recordWords(record, answer !== null), state, active.abort !== null)
    }
    if (record?.status === 'running') {
      if (await domain.getJobStats().then(isOutgoing, () => false)) return record
      runningSince ??= clock.now()
      // A nova-compute that died never ends its record: whoever waited for that would wait for ever.
      if (clock.now() - runningSince > mostWithoutJobMs) throw await withoutJob(waiting, record)
    }
    await clock.sleep(pollMs)
  }
}

type InstanceState = 'busy' | 'idle' | 'deleted'

const stateOf = (instance: Server | null): InstanceState =>
  instance === null ? 'deleted' : instance.taskState === null ? 'idle' : 'busy'

function recordWords(record: Migration | null, isRead: boolean): string {
  if (record !== null) return `Nova's migration ${record.id} is ${record.statusAsSent}`
  return isRead ? 'Nova accepted it, and has no migration of it' : 'Nova accepted it, and does not tell its records'
}

/**
 * A nova-compute that was restarted takes up what runs, and not what waited: such a record stays for ever. Of what a conductor lost there
 * is not even a record.
 */
function leftBehind(uuid: string, about: string, state: InstanceState, isAborted: boolean): Error {
  const instance = state === 'deleted' ? 'there is no such instance any more' : 'the instance is busy with nothing'
  const why = `${about}, and ${instance}: nobody carries it out any more`
  const again = state === 'deleted' ? 'Nothing is left to be moved' : 'Ask for it again whenever you like'
  const next = `${again}; see "openstack server migration list --server ${uuid}"`
  return serverError(isAborted ? 'withdrawn' : 'nova-refused', why, next)
}

/** What libvirt says then, on each host that answers. */
async function withoutJob({ domain: { uuid }, sessions }: UntilCopying, { id, serverId }: Migration): Promise<Error> {
  const { found, silent } = await definitionsOf(sessions, uuid)
  const active = found.filter((each) => each.active).map(({ session }) => `it runs on ${session.host.name}`)
  const unknown = silent.map((error) => (error instanceof Error ? error.message : String(error)))
  const seen = [...active, ...unknown]
  return serverError(
    'nova-refused',
    `Nova's migration ${id} has been running for ${mostWithoutJobMs / 1000} s, and its source copies nothing that could be steered: ` +
      `its nova-compute may be dead or frozen. By libvirt ${seen.length === 0 ? 'it runs nowhere' : seen.join(', ')}`,
    `See "openstack compute service list" and "openstack server show ${serverId}"; if both hosts name it, stop nothing before you know which one Nova means`,
  )
}

function words({ id, statusAsSent, destinationHost }: Migration): string {
  const to = destinationHost === null ? '' : `, to ${destinationHost}`
  const queued =
    statusAsSent === 'queued' ? ': it waits until a place of its source is free (max_concurrent_live_migrations)' : ''
  return `Nova's migration ${id} is ${statusAsSent}${to}${queued}`
}

async function notMoved(nova: NovaApi, record: Migration, requestId: string | null, aborted: boolean): Promise<Error> {
  const { id, serverId, statusAsSent } = record
  if (aborted)
    return serverError(
      'withdrawn',
      `Nova's migration ${id} was aborted before it began`,
      'Ask for it again whenever you like',
    )
  const why = requestId === null ? null : await nova.whyFailed(serverId, requestId).catch(() => null)
  return serverError(
    'nova-refused',
    `Nova's migration ${id} ended before it could be steered: ${statusAsSent}${why === null ? '' : ` (${why})`}`,
    `See "openstack server event list ${serverId}"`,
  )
}
