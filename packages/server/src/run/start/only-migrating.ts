import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import { inventoryOf } from '../../guests/inventory.ts'
import { orphansOf } from '../orphans.ts'
import type { RunContext } from './context.ts'

/**
 * The guest whose migration is under way, when there is just one.
 *
 * @throws LandfallError `no-migration` when there is none, `ambiguous-guest` when there are several, `host-unreachable` when none
 *   was found and a host that could have one does not answer.
 */
export async function onlyMigrating({ sessions, store }: Pick<RunContext, 'sessions' | 'store'>): Promise<string> {
  const { instances, silent } = await inventoryOf(sessions)
  const migrating = instances.filter((each) => each.migrating).map(({ name }) => name)
  const orphans = (await orphansOf(store, sessions)).map(({ record }) => record.guest.name)
  const [name, ...others] = new Set([...migrating, ...orphans])
  if (name === undefined && silent.length > 0) {
    throw serverError(
      'host-unreachable',
      `of the hosts that answer none has a migration under way; ${silent.map(({ why }) => why).join('; ')}`,
      'See that libvirtd (virtqemud) runs there, or name the guest',
    )
  }
  if (name === undefined) {
    throw serverError(
      'no-migration',
      'no migration is under way',
      advise`Start one with ${{ action: 'migrate', guest: null }}`,
    )
  }
  if (others.length === 0) return name
  const names = [name, ...others].join(', ')
  throw serverError('ambiguous-guest', `several migrations are under way: ${names}`, 'Name the one that is meant')
}
