import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import { inventoryOf } from '../../guests/inventory.ts'
import { orphansOf } from '../orphans.ts'
import type { RunContext } from './context.ts'

/**
 * The guest whose migration is under way, when there is just one.
 *
 * @throws LandfallError `no-migration` when there is none, `ambiguous-guest` when there are several.
 */
export async function onlyMigrating({ sessions, store }: RunContext): Promise<string> {
  const { instances } = await inventoryOf(sessions)
  const migrating = instances.filter((each) => each.migrating).map(({ name }) => name)
  const orphans = (await orphansOf(store, sessions)).map(({ record }) => record.guest.name)
  const [name, ...others] = new Set([...migrating, ...orphans])
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
