import { z } from 'zod'
import type { Signalled } from '../compute/servers.ts'
import type { Accepted, ServiceApi, ServiceClient } from '../service/service-client.ts'
import { orNull } from '../service/values.ts'

/** 1.37 is the last without types of consumers, which a repair would have to know. */
export const placementApi: ServiceApi = {
  type: 'placement',
  versionName: 'placement',
  newestKnown: { major: 1, minor: 37 },
}

const amounts = z.record(z.string(), z.number())

const allocationsSchema = z
  .object({
    allocations: z.record(z.string(), z.object({ resources: amounts, generation: orNull(z.number()) })),
    project_id: orNull(z.string()),
    user_id: orNull(z.string()),
    consumer_generation: orNull(z.number()),
  })
  .transform((each) => ({
    /** By resource provider. Empty: it holds nothing. */
    resources: Object.fromEntries(
      Object.entries(each.allocations).map(([provider, { resources }]) => [provider, resources]),
    ),
    projectId: each.project_id,
    userId: each.user_id,
    /** Changes with each change: who writes says which one was read. Null for one that holds nothing. */
    consumerGeneration: each.consumer_generation,
  }))
/** What a server, or a migration for what a server held before it, holds on which hypervisors. */
export type Allocations = z.infer<typeof allocationsSchema>

const providerSchema = z
  .object({
    uuid: z.string(),
    name: z.string(),
    generation: z.number(),
    parent_provider_uuid: orNull(z.string()),
    root_provider_uuid: orNull(z.string()),
  })
  .transform((each) => ({
    id: each.uuid,
    /** A hypervisor's host name, for one of Nova's. */
    name: each.name,
    generation: each.generation,
    parentId: each.parent_provider_uuid,
    rootId: each.root_provider_uuid,
  }))
export type ResourceProvider = z.infer<typeof providerSchema>

const inventorySchema = z
  .object({
    total: z.number(),
    reserved: z.number(),
    min_unit: z.number(),
    max_unit: z.number(),
    step_size: z.number(),
    allocation_ratio: z.number(),
  })
  .transform((each) => ({
    total: each.total,
    reserved: each.reserved,
    leastUnit: each.min_unit,
    mostUnit: each.max_unit,
    stepSize: each.step_size,
    allocationRatio: each.allocation_ratio,
  }))
/** Of one class, `MEMORY_MB`: room is (total − reserved) × allocationRatio. */
export type Inventory = z.infer<typeof inventorySchema>

/** Placement: who holds what of which hypervisor. */
export class Placement {
  readonly client: ServiceClient

  constructor(client: ServiceClient) {
    this.client = client
  }

  async allocations(consumerId: string, options: Signalled = {}): Promise<Allocations> {
    return this.client.read(allocationsSchema, 'GET', allocationsOf(consumerId), { ...options, since: '1.28' })
  }

  /**
   * Puts another set in place of the one that was read, as `nova-manage placement heal_allocations` does for a server.
   *
   * @throws OpenStackError `OPENSTACK_CONFLICT` where somebody changed it meanwhile: read again
   */
  async replaceAllocations(
    consumerId: string,
    read: Allocations,
    resources: Allocations['resources'],
    owner: { readonly projectId: string; readonly userId: string },
    options: Signalled = {},
  ): Promise<Accepted> {
    const body = bodyOf(read, resources, owner)
    return this.client.act('PUT', allocationsOf(consumerId), { ...options, body, since: '1.28' })
  }

  /**
   * As {@link replaceAllocations} for several consumers, all of them or none: what one hands to another is never held twice, or by
   * nobody.
   *
   * @throws OpenStackError `OPENSTACK_CONFLICT` where somebody changed one of them meanwhile: read again
   */
  async replaceTogether(
    consumers: readonly {
      readonly id: string
      readonly read: Allocations
      readonly resources: Allocations['resources']
    }[],
    owner: { readonly projectId: string; readonly userId: string },
    options: Signalled = {},
  ): Promise<Accepted> {
    const body = Object.fromEntries(consumers.map(({ id, read, resources }) => [id, bodyOf(read, resources, owner)]))
    return this.client.act('POST', '/allocations', { ...options, body, since: '1.28' })
  }

  /** Those of that name; a hypervisor has one. */
  async providersNamed(name: string, options: Signalled = {}): Promise<ResourceProvider[]> {
    return this.#providers({ name }, options)
  }

  async providers(options: Signalled = {}): Promise<ResourceProvider[]> {
    return this.#providers({}, options)
  }

  /** By class of resource. */
  async inventories(providerId: string, options: Signalled = {}): Promise<Readonly<Record<string, Inventory>>> {
    const schema = z.object({ inventories: z.record(z.string(), inventorySchema) })
    return (await this.client.read(schema, 'GET', `${providerOf(providerId)}/inventories`, options)).inventories
  }

  /** By class of resource, all consumers together. */
  async usages(providerId: string, options: Signalled = {}): Promise<Readonly<Record<string, number>>> {
    const schema = z.object({ usages: amounts })
    return (await this.client.read(schema, 'GET', `${providerOf(providerId)}/usages`, options)).usages
  }

  /** By consumer. */
  async allocationsOn(
    providerId: string,
    options: Signalled = {},
  ): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
    const schema = z.object({ allocations: z.record(z.string(), z.object({ resources: amounts })) })
    const { allocations } = await this.client.read(schema, 'GET', `${providerOf(providerId)}/allocations`, options)
    return Object.fromEntries(Object.entries(allocations).map(([id, { resources }]) => [id, resources]))
  }

  async #providers(query: { readonly name?: string }, options: Signalled): Promise<ResourceProvider[]> {
    const schema = z.object({ resource_providers: z.array(providerSchema) })
    return (await this.client.read(schema, 'GET', '/resource_providers', { ...options, query })).resource_providers
  }
}

const bodyOf = (
  read: Allocations,
  resources: Allocations['resources'],
  owner: { readonly projectId: string; readonly userId: string },
): object => ({
  allocations: Object.fromEntries(Object.entries(resources).map(([id, held]) => [id, { resources: held }])),
  project_id: owner.projectId,
  user_id: owner.userId,
  consumer_generation: read.consumerGeneration,
})

const allocationsOf = (consumerId: string): string => `/allocations/${encodeURIComponent(consumerId)}`
const providerOf = (id: string): string => `/resource_providers/${encodeURIComponent(id)}`
