/** By resource provider, then by class of resource. */
export type HeldResources = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What Placement says of an instance: two consumers, since Nova holds the source's part of a live migration by the migration. */
export interface AllocationFacts {
  readonly held: HeldResources
  /** Null where there is no migration. */
  readonly byMigration: { readonly consumer: string; readonly held: HeldResources } | null
  /** Those of all resource providers that are named above. */
  readonly providers: readonly HeldProvider[]
}

export interface HeldProvider {
  readonly id: string
  /** Of the tree's root: a hypervisor's host name, for one of Nova's. */
  readonly rootName: string
  /** Whether the root is a hypervisor of Nova's, and not a shared storage and the like. */
  readonly isHypervisors: boolean
}

export type Healed =
  | { readonly what: 'agree' }
  /** What cannot be told from what is held. */
  | { readonly what: 'unknown'; readonly why: string }
  | { readonly what: 'heal'; readonly held: HeldResources; readonly byMigration: HeldResources }

/**
 * What is to be held once an instance is settled on a hypervisor: its part there, wherever it is held now, and nothing on any other
 * hypervisor. As Nova moves them when a live migration ends well, or is taken back. Nothing is computed from a flavor.
 *
 * @param home libvirt's name of the hypervisor that Nova has it on
 */
export function healedAllocations({ held, byMigration, providers }: AllocationFacts, home: string): Healed {
  const byId = new Map(providers.map((each) => [each.id, each]))
  const all = [...Object.keys(held), ...Object.keys(byMigration?.held ?? {})]
  const stranger = all.find((id) => !byId.has(id))
  if (stranger !== undefined) return { what: 'unknown', why: `Placement has no resource provider ${stranger}` }
  const isElsewhere = (id: string): boolean => {
    const provider = byId.get(id)
    return provider !== undefined && provider.isHypervisors && provider.rootName !== home
  }
  const isAtHome = (id: string): boolean => byId.get(id)?.rootName === home
  const own = only(held, (id) => !isElsewhere(id))
  const migrations = only(byMigration?.held ?? {}, (id) => !isElsewhere(id))
  // The migration holds the part at home where Nova has yet to take it back; where both do, the instance's is its own.
  const healed = Object.keys(own).some(isAtHome) ? own : { ...own, ...migrations }
  const atHome = Object.assign({}, ...Object.entries(healed).flatMap(([id, part]) => (isAtHome(id) ? [part] : [])))
  if (!('MEMORY_MB' in atHome))
    return {
      what: 'unknown',
      why: `neither it nor its migration holds memory on ${home}: "nova-manage placement heal_allocations" computes it from the flavor`,
    }
  const isClean = Object.keys(byMigration?.held ?? {}).length === 0
  if (isClean && Object.keys(held).every((id) => id in healed)) return { what: 'agree' }
  return { what: 'heal', held: healed, byMigration: {} }
}

const only = (held: HeldResources, wanted: (id: string) => boolean): HeldResources =>
  Object.fromEntries(Object.entries(held).filter(([id]) => wanted(id)))
