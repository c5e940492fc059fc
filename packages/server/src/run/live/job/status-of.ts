import type { MigrationStatus } from '@landfall/api'
import type { Sample } from '@landfall/core'

/** What libvirt last said of the job, in the one vocabulary for where a migration is. */
export function statusOf(sample: Sample | null): MigrationStatus {
  switch (sample?.phase) {
    case undefined:
    case 'preparing':
      return 'preparing'
    case 'copying-disks':
    case 'active':
    // Whether it stayed or moved the hosts have to say yet.
    case 'completed':
    case 'failed':
    case 'cancelled':
      return 'copying'
    case 'switchover':
      return 'switching'
    case 'post-copy':
    case 'post-copy-failed':
      return 'post-copy'
  }
}
