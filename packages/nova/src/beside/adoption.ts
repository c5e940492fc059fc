/** Nova's record of a migration, as far as it says whose a job of libvirt's is. */
export interface MigrationRecordOfNova {
  readonly id: number
  /** Nova's word. */
  readonly status: string
  /** `live-migration`, `migration`, `evacuation`, ... */
  readonly type: string | null
  /** libvirt's name of the hypervisor that it leaves. */
  readonly sourceNode: string | null
  readonly createdAt: Date
}

/** A job of libvirt's that takes a guest out of a host. */
export interface OutgoingJob {
  /** libvirt's name of the host, which Nova calls the hypervisor's. */
  readonly hostname: string
  /** By our clock, in milliseconds since 1970. */
  readonly beganAt: number
}

export type Adoption =
  | { readonly adopt: true; readonly migration: number }
  | {
      readonly adopt: false
      readonly why: string
      /** Nova is about to say so, or not yet: worth another look. */
      readonly mayChange: boolean
    }

/** Clocks of a cloud are kept together, not to the second. */
const clockDoubtMs = 10_000

/** Statuses of a live migration whose job libvirt carries out. */
const carriedOut = ['running', 'running (post-copy)']
/** Nova sets `running` a moment before or after the job begins. */
const about = ['accepted', 'queued', 'preparing']

/**
 * Whether a running job is the one that Nova started: its newest record of the instance has to say so in every part. Where it does
 * not, the job is somebody else's, and is left alone.
 */
export function adoption(record: MigrationRecordOfNova | null, job: OutgoingJob): Adoption {
  if (record === null) return refuse('Nova has no migration of it')
  const { id, status, type, sourceNode, createdAt } = record
  if (type !== 'live-migration') return refuse(`Nova's newest migration of it (${id}) is of type ${type ?? 'unknown'}`)
  if (about.includes(status)) return refuse(`Nova's migration ${id} is ${status}`, true)
  if (!carriedOut.includes(status)) return refuse(`Nova's newest migration of it (${id}) is ${status}`)
  if (sourceNode !== job.hostname)
    return refuse(`Nova's migration ${id} leaves ${sourceNode ?? 'an unknown host'}, and not ${job.hostname}`)
  if (createdAt.getTime() > job.beganAt + clockDoubtMs)
    return refuse(`Nova's migration ${id} was asked for after this one had begun`)
  return { adopt: true, migration: id }
}

const refuse = (why: string, mayChange = false): Adoption => ({ adopt: false, why, mayChange })
