import { z } from 'zod'
import { listAll } from '../service/pages.ts'
import type { ServiceClient } from '../service/service-client.ts'
import { orNull, time } from '../service/values.ts'
import type { Signalled } from './servers.ts'

const eventSchema = z
  .object({
    event: z.string(),
    start_time: time,
    finish_time: orNull(time),
    result: orNull(z.string()),
    host: orNull(z.string()),
    traceback: orNull(z.string()),
    details: orNull(z.string()),
  })
  .transform((each) => ({
    name: each.event,
    startedAt: each.start_time,
    finishedAt: each.finish_time,
    /** Null while it lasts. */
    result: each.result,
    host: each.host,
    /** For administrators. */
    traceback: each.traceback,
    details: each.details,
  }))
export type ActionEvent = z.infer<typeof eventSchema>

const actionSchema = z
  .object({
    action: z.string(),
    request_id: z.string(),
    start_time: time,
    updated_at: orNull(time),
    user_id: orNull(z.string()),
    project_id: orNull(z.string()),
    message: orNull(z.string()),
    events: orNull(z.array(eventSchema)),
  })
  .transform((each) => ({
    /** `live-migration`, `migrate`, `live_migration_cancel`, `live_migration_force_complete`, ... */
    name: each.action,
    /** That of the answer by which it was accepted. */
    requestId: each.request_id,
    startedAt: each.start_time,
    updatedAt: each.updated_at,
    userId: each.user_id,
    projectId: each.project_id,
    /** What went wrong, in short. */
    message: each.message,
    /** Null in a list. */
    events: each.events,
  }))
export type InstanceAction = z.infer<typeof actionSchema>

/** What was asked of a server through Nova, newest first, and how its parts went. */
export class InstanceActions {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async list(serverId: string, options: Signalled = {}): Promise<InstanceAction[]> {
    return listAll(this.#client, {
      path: pathOf(serverId),
      key: 'instanceActions',
      linksKey: 'links',
      item: actionSchema,
      marker: ({ requestId }) => requestId,
      options,
    })
  }

  /** With its events. */
  async get(serverId: string, requestId: string, options: Signalled = {}): Promise<InstanceAction> {
    const schema = z.object({ instanceAction: actionSchema })
    const path = `${pathOf(serverId)}/${encodeURIComponent(requestId)}`
    return (await this.#client.read(schema, 'GET', path, options)).instanceAction
  }
}

const pathOf = (serverId: string): string => `/servers/${encodeURIComponent(serverId)}/os-instance-actions`
