import { z } from 'zod'
import { OpenStackClientError } from '../errors.ts'
import type { ServiceClient } from '../service/service-client.ts'
import { orNull, textOrNull, time } from '../service/values.ts'
import type { Signalled } from './servers.ts'

const serviceSchema = z
  .object({
    // A cell that does not answer shows only these, with status UNKNOWN.
    id: orNull(z.string()),
    binary: z.string(),
    host: z.string(),
    status: z.string(),
    state: orNull(z.string()),
    disabled_reason: textOrNull,
    forced_down: orNull(z.boolean()),
    updated_at: orNull(time),
  })
  .transform((each) => ({
    id: each.id,
    binary: each.binary,
    host: each.host,
    /** Null where its cell does not answer. */
    enabled: each.status === 'enabled' ? true : each.status === 'disabled' ? false : null,
    up: each.state === null ? null : each.state === 'up',
    disabledReason: each.disabled_reason,
    forcedDown: each.forced_down,
    updatedAt: each.updated_at,
  }))
/** A nova-compute, nova-conductor or nova-scheduler. */
export type ComputeService = z.infer<typeof serviceSchema>

/** The libvirt driver's own: it takes a reason that begins so back by itself. */
const ownPrefix = 'AUTO:'

/** Nova's services. Disabling one only keeps the scheduler from choosing it. */
export class ComputeServices {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async list(
    filter: { readonly host?: string; readonly binary?: string } = {},
    options: Signalled = {},
  ): Promise<ComputeService[]> {
    const schema = z.object({ services: z.array(serviceSchema) })
    const query = { host: filter.host, binary: filter.binary }
    return (await this.#client.read(schema, 'GET', '/os-services', { ...options, query, since: '2.53' })).services
  }

  /** @throws OpenStackClientError `OPENSTACK_BAD_ARGUMENT` for a reason that Nova would not take, or take for its own */
  async disable(id: string, reason: string, options: Signalled = {}): Promise<ComputeService> {
    if (reason.length === 0 || reason.length > 255 || reason.startsWith(ownPrefix))
      throw new OpenStackClientError(
        'OPENSTACK_BAD_ARGUMENT',
        `a reason has 1 to 255 characters, and does not begin with ${ownPrefix}, by which Nova knows its own`,
      )
    return this.#put(id, { status: 'disabled', disabled_reason: reason }, options)
  }

  /** Only those that we disabled ourselves. */
  async enable(id: string, options: Signalled = {}): Promise<ComputeService> {
    return this.#put(id, { status: 'enabled' }, options)
  }

  async #put(id: string, body: Record<string, unknown>, options: Signalled): Promise<ComputeService> {
    const schema = z.object({ service: serviceSchema })
    const path = `/os-services/${encodeURIComponent(id)}`
    return (await this.#client.read(schema, 'PUT', path, { ...options, body, since: '2.53' })).service
  }
}
