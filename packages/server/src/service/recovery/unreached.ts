import { hostsNeededBy } from '../../drain/fleet/closed-hosts.ts'
import type { Store } from '../../store/store.ts'

/** A migration or drain that has not ended, and that names hosts which are not in use here. */
export interface Unreached {
  readonly kind: 'migration' | 'drain'
  readonly id: string
  /** The guest, or the host that is drained. */
  readonly about: string
  readonly missing: readonly string[]
}

/**
 * What nobody here could take up, since a host of it was taken out of the file, or has another name there. One that another service
 * drives is among them only with `andDriven`, for what this one drives itself.
 */
export async function unreachedBy(
  store: Pick<Store, 'unended' | 'drains'>,
  hosts: readonly string[],
  andDriven: (id: string) => boolean,
): Promise<readonly Unreached[]> {
  const known = new Set(hosts)
  const missingOf = (names: readonly string[]): readonly string[] =>
    [...new Set(names)].filter((name) => !known.has(name))
  const [undriven, driven, drains] = await Promise.all([
    store.unended('undriven'),
    store.unended('driven', andDriven),
    store.drains.list(),
  ])
  const migrations = [...undriven, ...driven].map(({ record }): Unreached => ({
    kind: 'migration',
    id: record.id,
    about: record.guest.name,
    missing: missingOf([record.source, record.destination]),
  }))
  const open = drains.filter(({ endedAt }) => endedAt === null)
  return [
    ...migrations,
    ...open.map((drain): Unreached => ({
      kind: 'drain',
      id: drain.id,
      about: drain.host,
      missing: missingOf(hostsNeededBy(drain)),
    })),
  ].filter(({ missing }) => missing.length > 0)
}
