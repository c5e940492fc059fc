import { LandfallError } from '@landfall/core'
import type { Migration } from '@landfall/openstack'
import type { Clock } from '../../../clock.ts'
import type { NovaApi } from '../../../cloud/nova.ts'
import { serverError } from '../../../errors.ts'
import { AbortAsked } from '../ask-abort.ts'
import { followRecord } from '../follow-record.ts'

export interface FollowUnsteered {
  readonly nova: NovaApi
  readonly clock: Clock
  /** The instance. */
  readonly id: string
  /** Nova's number of it. */
  readonly migration: number
  readonly isAbortWished: () => boolean
  readonly say: (message: string) => void
}

/**
 * Nova carries a migration out that cannot be steered from here: said, with how to end it, and followed to Nova's end.
 *
 * @returns the error that tells both, what kept it from being steered, and what became of it; and Nova's record as it ended, null where
 *   another migration came after it
 */
export async function followUnsteered(
  { nova, clock, id, migration, isAbortWished, say }: FollowUnsteered,
  cause: unknown,
): Promise<{ readonly error: LandfallError; readonly record: Migration | null }> {
  const why = cause instanceof Error ? cause.message : String(cause)
  say(
    `it cannot be steered from here: ${why}. Nova copies on by itself: "openstack server migration abort ${id} ${migration}" ends it`,
  )
  const abort = new AbortAsked({ nova, id, isWished: isAbortWished, say })
  const ended = await followRecord(
    { nova, clock, id, onStatus: (record) => say(`Nova's migration ${record.id} is ${record.statusAsSent}`) },
    async (record, instance) => {
      if (record.id !== migration) return { status: 'followed by another', host: instance?.host ?? null, record: null }
      if (nova.hasEnded(record)) return { status: record.statusAsSent, host: instance?.host ?? null, record }
      await abort.look(migration)
      return null
    },
  )
  const where = ended.host === null ? '' : `; Nova has the instance on ${ended.host}`
  const error = serverError(
    'nova-refused',
    `Nova's migration ${migration} was not steered from here (${why}), and is ${ended.status}${where}`,
    cause instanceof LandfallError && typeof cause.next === 'string'
      ? cause.next
      : `See "openstack server show ${id}" and "openstack server event list ${id}"`,
    cause,
  )
  return { error, record: ended.record }
}
