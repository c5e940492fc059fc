import type { AllocationFacts } from '@landfall/nova'
import type { Accepted, OpenStack } from '@landfall/openstack'

/** What Placement has for an instance, and how another set is put in its place: only as it was read. */
export interface HeldAllocations {
  readonly facts: AllocationFacts
  /** By consumer, then by resource provider: all of them, or none. */
  readonly write: (allocations: Readonly<Record<string, AllocationFacts['held']>>) => Promise<Accepted>
}

/** @param migration the UUID of its newest migration, which is a consumer too; null where there is none */
export async function heldAllocations(
  { compute, placement }: Pick<OpenStack, 'compute' | 'placement'>,
  { id, projectId, userId }: { readonly id: string; readonly projectId: string; readonly userId: string },
  migration: string | null,
): Promise<HeldAllocations> {
  const [own, byMigration, providers, hypervisors] = await Promise.all([
    placement.allocations(id),
    migration === null ? null : placement.allocations(migration),
    placement.providers(),
    compute.hypervisors.list(),
  ])
  const named = new Set([...Object.keys(own.resources), ...Object.keys(byMigration?.resources ?? {})])
  const nameOf = new Map(providers.map((each) => [each.id, each.name]))
  const hostnames = new Set(hypervisors.map(({ hostname }) => hostname))
  const facts: AllocationFacts = {
    held: own.resources,
    byMigration:
      migration === null || byMigration === null ? null : { consumer: migration, held: byMigration.resources },
    providers: providers
      .filter((each) => named.has(each.id))
      .map((each) => {
        const rootName = nameOf.get(each.rootId ?? each.id) ?? each.name
        return { id: each.id, rootName, isHypervisors: hostnames.has(rootName) }
      }),
  }
  const read = [
    { id, read: own },
    ...(migration === null || byMigration === null ? [] : [{ id: migration, read: byMigration }]),
  ]
  return {
    facts,
    write: (allocations) =>
      placement.replaceTogether(
        read.flatMap((each) => {
          const resources = allocations[each.id]
          // One that holds nothing, and is to hold nothing, is no consumer yet.
          const isNothing = each.read.consumerGeneration === null && Object.keys(resources ?? {}).length === 0
          return resources === undefined || isNothing ? [] : [{ ...each, resources }]
        }),
        { projectId, userId },
      ),
  }
}
