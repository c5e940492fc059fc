import { z } from 'zod'
import { listAll } from '../service/pages.ts'
import type { ServiceClient } from '../service/service-client.ts'
import { orNull } from '../service/values.ts'
import type { Signalled } from './servers.ts'

const flavorSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    vcpus: z.number(),
    ram: z.number(),
    disk: z.number(),
    extra_specs: orNull(z.record(z.string(), z.string())),
  })
  .transform((each) => ({
    id: each.id,
    name: each.name,
    vcpus: each.vcpus,
    memoryMiB: each.ram,
    rootDiskGiB: each.disk,
    /** Null before microversion 2.61, and for who may not see them. */
    extraSpecs: each.extra_specs,
  }))
export type Flavor = z.infer<typeof flavorSchema>

export type NewFlavor = Pick<Flavor, 'name' | 'vcpus' | 'memoryMiB' | 'rootDiskGiB'>

/** Nova's flavours, with their extra specs. */
export class Flavors {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async get(id: string, options: Signalled = {}): Promise<Flavor> {
    const schema = z.object({ flavor: flavorSchema })
    return (await this.#client.read(schema, 'GET', `/flavors/${encodeURIComponent(id)}`, options)).flavor
  }

  /** For administrators. */
  async create(flavor: NewFlavor, options: Signalled = {}): Promise<Flavor> {
    const schema = z.object({ flavor: flavorSchema })
    const { name, vcpus, memoryMiB, rootDiskGiB } = flavor
    const body = { flavor: { name, vcpus, ram: memoryMiB, disk: rootDiskGiB } }
    return (await this.#client.read(schema, 'POST', '/flavors', { ...options, body })).flavor
  }

  async list(options: Signalled = {}): Promise<Flavor[]> {
    return listAll(this.#client, {
      path: '/flavors/detail',
      key: 'flavors',
      item: flavorSchema,
      marker: ({ id }) => id,
      // Private ones as well, to who may see them.
      options: { ...options, query: { is_public: 'None' } },
    })
  }
}
