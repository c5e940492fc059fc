import { z } from 'zod'
import { orNull, textOrNull, time } from '../service/values.ts'

const powerStates = {
  0: 'no-state',
  1: 'running',
  3: 'paused',
  4: 'shutdown',
  6: 'crashed',
  7: 'suspended',
} as const
/** What Nova last heard from the hypervisor. */
export type PowerState = (typeof powerStates)[keyof typeof powerStates] | 'unknown'

const powerState = z.number().transform((number): PowerState => {
  const known: Readonly<Record<number, PowerState>> = powerStates
  return known[number] ?? 'unknown'
})

const texts = z.record(z.string(), z.string())

const flavor = z
  .object({
    id: orNull(z.string()),
    original_name: orNull(z.string()),
    vcpus: orNull(z.number()),
    ram: orNull(z.number()),
    disk: orNull(z.number()),
    ephemeral: orNull(z.number()),
    extra_specs: orNull(texts),
  })
  .transform((each) => ({
    id: each.id,
    name: each.original_name,
    vcpus: each.vcpus,
    memoryMiB: each.ram,
    rootDiskGiB: each.disk,
    ephemeralDiskGiB: each.ephemeral,
    extraSpecs: each.extra_specs,
  }))

const fault = z
  .object({ code: z.number(), message: z.string(), created: time, details: orNull(z.string()) })
  .transform((each) => ({ code: each.code, message: each.message, at: each.created, details: each.details }))

const attachedVolume = z
  .object({ id: z.string(), delete_on_termination: orNull(z.boolean()) })
  .transform((each) => ({ id: each.id, deleteOnTermination: each.delete_on_termination }))

/** A server as Nova shows it. What it does not tell this user, or not in this microversion, is null. */
export const serverSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    tenant_id: z.string(),
    user_id: z.string(),
    metadata: texts.default({}),
    flavor,
    image: z.union([z.literal(''), z.null(), z.object({ id: z.string() })]),
    created: time,
    updated: time,
    progress: orNull(z.number()),
    locked: orNull(z.boolean()),
    locked_reason: textOrNull,
    host_status: textOrNull,
    server_groups: orNull(z.array(z.string())),
    config_drive: textOrNull,
    fault: orNull(fault),
    'OS-EXT-AZ:availability_zone': textOrNull,
    'OS-EXT-SRV-ATTR:host': textOrNull,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': textOrNull,
    'OS-EXT-SRV-ATTR:instance_name': textOrNull,
    'OS-EXT-STS:vm_state': orNull(z.string()),
    'OS-EXT-STS:task_state': orNull(z.string()),
    'OS-EXT-STS:power_state': orNull(powerState),
    'os-extended-volumes:volumes_attached': orNull(z.array(attachedVolume)),
  })
  .transform((each) => ({
    id: each.id,
    name: each.name,
    /** `ACTIVE`, `MIGRATING`, `VERIFY_RESIZE`, `ERROR`, ... */
    status: each.status,
    vmState: each['OS-EXT-STS:vm_state'],
    /** Null as well where nothing is being done with it. */
    taskState: each['OS-EXT-STS:task_state'],
    powerState: each['OS-EXT-STS:power_state'],
    /** The compute service that has it; null for who is no administrator. */
    host: each['OS-EXT-SRV-ATTR:host'],
    hypervisorHostname: each['OS-EXT-SRV-ATTR:hypervisor_hostname'],
    /** libvirt's name of the domain. */
    instanceName: each['OS-EXT-SRV-ATTR:instance_name'],
    hostStatus: each.host_status,
    projectId: each.tenant_id,
    userId: each.user_id,
    availabilityZone: each['OS-EXT-AZ:availability_zone'],
    metadata: each.metadata,
    flavor: each.flavor,
    /** Null for one that boots from a volume. */
    imageId: each.image === null || each.image === '' ? null : each.image.id,
    volumes: each['os-extended-volumes:volumes_attached'],
    /** In percent; goes down as well as up. */
    progress: each.progress,
    locked: each.locked,
    lockedReason: each.locked_reason,
    serverGroups: each.server_groups,
    hasConfigDrive: each.config_drive === null ? null : each.config_drive === 'True',
    fault: each.fault,
    createdAt: each.created,
    updatedAt: each.updated,
  }))

export type Server = z.infer<typeof serverSchema>
