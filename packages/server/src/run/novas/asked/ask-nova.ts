import type { Accepted } from '@landfall/openstack'
import { isNovaAway } from '../../../cloud/is-nova-away.ts'
import type { NovaApi } from '../../../cloud/nova.ts'
import type { RunContext } from '../../start/context.ts'
import { askInTurn } from './ask-in-turn.ts'
import type { Looking, Waiting } from './asked-before.ts'
import { askedBefore, noteAsking } from './asked-before.ts'

export interface AskNova extends Waiting, Pick<Looking, 'isAbortWished'>, Pick<RunContext, 'store'> {
  readonly nova: NovaApi
  /** Of the migration that it becomes. */
  readonly id: string
  /** Whether the request is kept, so that another server may have it by now. */
  readonly isKept: boolean
  /** Its UUID, and its host as Nova calls it. */
  readonly instance: { readonly id: string; readonly host: string }
  /** As Nova calls it; null for the scheduler's choice. */
  readonly destination: string | null
}

export interface AskedNova {
  /** Nova's number of the newest migration that it had of the instance before; null where it had none. */
  readonly newestBefore: number | null
  readonly requestId: string | null
}

/**
 * Asks Nova for a live migration in its turn: written down first, and once. What Nova took although its answer got lost is seen in its
 * records.
 *
 * @throws LandfallError `nova-refused`, `nova-unreachable`, `withdrawn`: then Nova has no migration of it
 */
export async function askNova(asking: AskNova): Promise<AskedNova> {
  const { nova, store, id, isKept, instance, destination, ...waiting } = asking
  let newestBefore: number | null = null
  const newest = async (): Promise<number | null> => (await nova.newestMigration(instance.id))?.id ?? null
  const orTaken = async (cause: unknown): Promise<Pick<Accepted, 'requestId'>> => {
    if (!isNovaAway(cause)) throw cause
    const taken = await askedBefore({ nova, ...waiting }, { instance: instance.id, newestBefore })
    if (taken === null) throw cause
    return { requestId: await nova.requestOf(taken).catch(() => null) }
  }
  const { requestId } = await askInTurn<Pick<Accepted, 'requestId'>>(
    { nova, store, source: instance.host, ...waiting },
    async () => {
      newestBefore = await newest()
      if (isKept) await noteAsking({ store, ...waiting }, id, { instance: instance.id, newestBefore })
      waiting.assertWanted()
      return nova.liveMigrate(instance.id, destination).catch(orTaken)
    },
    async () => (await newest()) !== newestBefore,
  )
  return { newestBefore, requestId }
}
