import type { Difference, InstanceOfNova } from './agreement.ts'

/** Nova's record of a migration that libvirt carries out just now. */
export interface RecordWhileRunning {
  readonly id: number
  /** Nova's word. */
  readonly status: string
  /** Whether nothing more becomes of it. */
  readonly hasEnded: boolean
  /** libvirt's name of the hypervisor that it goes to. */
  readonly destinationNode: string | null
}

/** libvirt's job that takes the guest out of its host. */
export interface JobWhileRunning {
  /** libvirt's names of both hosts; the destination null where that is not known. */
  readonly source: string
  readonly destination: string | null
  readonly isPostCopy: boolean
}

export type RunningDifferenceCode =
  | 'no-instance'
  | 'no-record'
  | 'record-ended'
  | 'other-destination'
  | 'instance-in-error'
  | 'monitor-silent'
  | 'post-copy-unknown'

export interface RunningDifference extends Difference {
  readonly code: RunningDifferenceCode
}

export interface WhileRunning {
  /** The instance's ID. */
  readonly id: string
  readonly instance: Pick<InstanceOfNova, 'vmState'> | null
  readonly record: RecordWhileRunning | null
  readonly job: JobWhileRunning
  /** For how long Nova's monitor has written nothing; null while that is usual. */
  readonly monitorSilentMs: number | null
}

/**
 * Compares, while libvirt copies a guest, what Nova has written down with what libvirt does. Nothing where they agree. Both change,
 * and not at the same moment: only what two looks have seen is a difference.
 */
export function differencesWhileRunning(seen: WhileRunning): readonly RunningDifference[] {
  const { id, instance, record, job, monitorSilentMs } = seen
  const found: RunningDifference[] = []
  const away = job.isPostCopy
    ? 'In post-copy there is no way back: let it land, start and stop nothing of it through Nova, and compare where it runs with where Nova has it'
    : `Abort it, so that the guest stays on ${job.source}; then compare with "openstack server show ${id}"`
  if (instance === null)
    found.push({
      code: 'no-instance',
      what: `libvirt copies the guest from ${job.source}, and Nova does not know the instance ${id}`,
      next: `See who may look: an administrator, with "openstack server show ${id}"`,
    })
  if (record === null)
    found.push({
      code: 'no-record',
      what: `libvirt copies the guest from ${job.source}, and Nova has no migration of it under way`,
      next: `Find out who moves it: Nova would look for it on ${job.source} afterwards. ${away}`,
    })
  else if (record.hasEnded)
    found.push({
      code: 'record-ended',
      what: `Nova's migration ${record.id} is ${record.status}, and libvirt still copies the guest from ${job.source}`,
      next: `Nobody of Nova's clears up behind it. ${away}`,
    })
  else {
    const { destinationNode } = record
    if (destinationNode !== null && job.destination !== null && destinationNode !== job.destination)
      found.push({
        code: 'other-destination',
        what: `libvirt copies the guest to ${job.destination}, and Nova's migration ${record.id} goes to ${destinationNode}`,
        next: `Nova would have it where it does not run. ${away}`,
      })
    if (job.isPostCopy && record.status === 'running')
      found.push({
        code: 'post-copy-unknown',
        what: `libvirt is in post-copy, and Nova's migration ${record.id} is only ${record.status}: its ports stay where they were`,
        next: `"openstack server migration force complete ${id} ${record.id}" tells Nova, and does no harm`,
      })
    if (monitorSilentMs !== null && record.status.startsWith('running'))
      found.push({
        code: 'monitor-silent',
        what: `Nova has not written its migration ${record.id} down for ${Math.round(monitorSilentMs / 1000)} s: nova-compute of ${job.source} may be dead or frozen`,
        next: `See "openstack compute service list". A guest that lands now would be where Nova does not have it. ${away}`,
      })
  }
  if (instance?.vmState === 'error')
    found.push({
      code: 'instance-in-error',
      what: `Nova has the instance in state ERROR, and libvirt still copies the guest from ${job.source}`,
      next: 'Wait until it has ended; its state is reset only once it is known where the guest runs',
    })
  return found
}
