import type { Domain } from '@landfall/libvirt'
import type { HostSession } from '../../hosts/host-session.ts'
import type { MigrationRecord } from '../../store/record.ts'
import { qemuThrottleBounds, setThrottleBounds } from './job/job-ports.ts'
import { migrationRole } from '../../guests/migration-role.ts'
import { forgetRate } from './job/switchover-rate.ts'

/** A guest that its migration may have left on its source. */
export interface Left {
  readonly record: Pick<MigrationRecord, 'guest' | 'source' | 'previousDowntimeLimitMs' | 'plan'>
  readonly source: HostSession
}

/** Null where there is none any more, and where its migration goes on after all: then who takes that up puts things back. */
async function leftOnSource({ record, source }: Left): Promise<Domain | null> {
  const domain = await source.find(record.guest.uuid)
  return domain === null || (await migrationRole(domain)) === 'sends' ? null : domain
}

/**
 * The limit stays with the source's QEMU after a migration that did not happen; the next one, maybe somebody else's, must
 * not inherit a pause that only this one's owner allowed. Null when it was put back, else what to do by hand.
 */
export async function putBackLimit(options: Left): Promise<string | null> {
  const { guest, source, previousDowntimeLimitMs } = options.record
  try {
    const domain = await leftOnSource(options)
    await domain?.migrateSetMaxDowntime(previousDowntimeLimitMs)
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const command = `virsh migrate-setmaxdowntime ${guest.name} ${previousDowntimeLimitMs}`
    return `its downtime limit could not be put back (${why}): on ${source} run "${command}"`
  }
}

/** The throttle itself ends with its migration (QEMU), but its bounds stay, and libvirt knows only two of the three. */
export async function putBackThrottle(options: Left): Promise<string | null> {
  const { guest, source } = options.record
  try {
    const domain = await leftOnSource(options)
    if (domain !== null) await setThrottleBounds(domain, qemuThrottleBounds)
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const command = `virsh qemu-monitor-command ${guest.name} --hmp migrate_set_parameter max-cpu-throttle ${qemuThrottleBounds.most}`
    return `the bounds of its throttle could not be put back (${why}): on ${source} run "${command}"`
  }
}

/** The bandwidth override outlives the migration too; the launch options say whether it was set, even after a takeover. */
export async function putBackSwitchoverRate(options: Left): Promise<string | null> {
  const { guest, source, plan } = options.record
  if (plan.launch.compression !== 'xbzrle') return null
  try {
    const domain = await leftOnSource(options)
    if (domain !== null) await forgetRate(domain)
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const command = `virsh qemu-monitor-command ${guest.name} --hmp migrate_set_parameter avail-switchover-bandwidth 0`
    return `the rate that it stops by could not be put back (${why}): on ${source} run "${command}"`
  }
}
