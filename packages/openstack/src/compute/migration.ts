import { z } from 'zod'
import { knownOr, orNull, time } from '../service/values.ts'

/** Nova's words for how far a migration is: live, cold and evacuation. */
export const migrationStatuses = [
  'accepted',
  'queued',
  'preparing',
  'running',
  'running (post-copy)',
  'completed',
  'failed',
  'cancelled',
  'error',
  'pre-migrating',
  'migrating',
  'post-migrating',
  'finished',
  'confirming',
  'confirmed',
  'reverting',
  'reverted',
  'done',
] as const
export type MigrationStatus = (typeof migrationStatuses)[number]

export const migrationTypes = ['live-migration', 'migration', 'resize', 'evacuation'] as const
/** `migration` is a cold one. */
export type MigrationType = (typeof migrationTypes)[number]

/** Nothing more becomes of these. A `failed` or `error` may still turn into the other within seconds. */
const ended: ReadonlySet<string> = new Set<MigrationStatus>([
  'completed',
  'failed',
  'cancelled',
  'error',
  'confirmed',
  'reverted',
  'done',
])
export const hasEnded = ({ status }: { readonly status: MigrationStatus | 'unknown' }): boolean => ended.has(status)

const common = {
  /** In the addresses of server migrations. */
  id: z.number(),
  uuid: orNull(z.string()),
  status: z.string(),
  source_compute: orNull(z.string()),
  source_node: orNull(z.string()),
  dest_compute: orNull(z.string()),
  dest_node: orNull(z.string()),
  user_id: orNull(z.string()),
  project_id: orNull(z.string()),
  created_at: time,
  updated_at: orNull(time),
}
type Common = z.infer<z.ZodObject<typeof common>>

const commonOf = (each: Common) => ({
  id: each.id,
  uuid: each.uuid,
  status: knownOr(migrationStatuses, each.status),
  /** For a status that this client does not know. */
  statusAsSent: each.status,
  sourceHost: each.source_compute,
  sourceNode: each.source_node,
  /** Null until the scheduler has chosen. */
  destinationHost: each.dest_compute,
  destinationNode: each.dest_node,
  userId: each.user_id,
  projectId: each.project_id,
  createdAt: each.created_at,
  /** A running one is written every 5 s: the sign that its nova-compute lives. */
  updatedAt: each.updated_at,
})

/** Of `GET /os-migrations`: every kind, past ones included, without counters. */
export const migrationSchema = z
  .object({ ...common, instance_uuid: z.string(), migration_type: orNull(z.string()) })
  .transform((each) => ({
    ...commonOf(each),
    serverId: each.instance_uuid,
    type: each.migration_type === null ? null : knownOr(migrationTypes, each.migration_type),
  }))
export type Migration = z.infer<typeof migrationSchema>

/** Of `GET /servers/ID/migrations`: live ones that are queued, preparing or running, with counters. */
export const serverMigrationSchema = z
  .object({
    ...common,
    server_uuid: z.string(),
    memory_total_bytes: orNull(z.number()),
    memory_processed_bytes: orNull(z.number()),
    memory_remaining_bytes: orNull(z.number()),
    disk_total_bytes: orNull(z.number()),
    disk_processed_bytes: orNull(z.number()),
    disk_remaining_bytes: orNull(z.number()),
  })
  .transform((each) => ({
    ...commonOf(each),
    serverId: each.server_uuid,
    /** Counters are null until they were written for the first time. */
    memoryTotalBytes: each.memory_total_bytes,
    memoryProcessedBytes: each.memory_processed_bytes,
    memoryRemainingBytes: each.memory_remaining_bytes,
    diskTotalBytes: each.disk_total_bytes,
    diskProcessedBytes: each.disk_processed_bytes,
    diskRemainingBytes: each.disk_remaining_bytes,
  }))
export type ServerMigration = z.infer<typeof serverMigrationSchema>
