import { z } from 'zod'
import type { Signalled } from '../compute/servers.ts'
import { listAll } from '../service/pages.ts'
import type { ServiceApi, ServiceClient } from '../service/service-client.ts'
import { orNull, textOrNull, time } from '../service/values.ts'

export const volumeApi: ServiceApi = {
  type: 'block-storage',
  versionName: 'volume',
  newestKnown: { major: 3, minor: 59 },
}

const volumeSchema = z
  .object({
    id: z.string(),
    name: textOrNull,
    size: z.number(),
    status: z.string(),
    multiattach: orNull(z.boolean()),
    volume_type: textOrNull,
    attachments: z.array(z.object({ attachment_id: z.string(), server_id: z.string(), host_name: textOrNull })),
  })
  .transform((each) => ({
    id: each.id,
    name: each.name,
    sizeGiB: each.size,
    /** `in-use`, `available`, `error`, ... */
    status: each.status,
    multiattach: each.multiattach,
    type: each.volume_type,
    attachments: each.attachments.map((one) => ({
      id: one.attachment_id,
      serverId: one.server_id,
      host: one.host_name,
    })),
  }))
export type Volume = z.infer<typeof volumeSchema>

const attachmentSchema = z
  .object({
    id: z.string(),
    volume_id: z.string(),
    instance: orNull(z.string()),
    status: z.string(),
    attached_at: orNull(z.union([z.literal(''), time])),
  })
  .transform((each) => ({
    id: each.id,
    volumeId: each.volume_id,
    serverId: each.instance,
    /** `attached`, `reserved`, `attaching`, ... */
    status: each.status,
    attachedAt: each.attached_at === '' ? null : each.attached_at,
  }))
/** While a server is migrated a volume has two, one for each host. */
export type VolumeAttachment = z.infer<typeof attachmentSchema>

/** What of Cinder says whether a server's volumes came along; nothing is changed. */
export class Volumes {
  readonly client: ServiceClient

  constructor(client: ServiceClient) {
    this.client = client
  }

  async get(id: string, options: Signalled = {}): Promise<Volume> {
    const schema = z.object({ volume: volumeSchema })
    return (await this.client.read(schema, 'GET', `/volumes/${encodeURIComponent(id)}`, options)).volume
  }

  async attachmentsOf(serverId: string, options: Signalled = {}): Promise<VolumeAttachment[]> {
    return listAll(this.client, {
      path: '/attachments/detail',
      key: 'attachments',
      linksKey: 'attachment_links',
      item: attachmentSchema,
      marker: ({ id }) => id,
      options: { ...options, query: { all_tenants: true, instance_id: serverId }, since: '3.27' },
    })
  }
}
