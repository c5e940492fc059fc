import type { HostSession } from '../../hosts/host-session.ts'
import type { MigrationRecord } from '../../store/story/record.ts'

/**
 * Has a guest that has landed start with its host, where it did so before: libvirt carries its definition along, and not that. Safe to be
 * done twice.
 *
 * @returns what to do by hand where it could not be done; null where nothing is left to do
 */
export async function carryAutostart(
  { guest, destination, autostart }: Pick<MigrationRecord, 'guest' | 'destination' | 'autostart'>,
  there: Pick<HostSession, 'find'>,
): Promise<string | null> {
  if (autostart !== true) return null
  try {
    const domain = await there.find(guest.uuid)
    if (domain === null) throw new Error(`${destination} does not have it`)
    await domain.setAutostart(true)
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `it does not start with its host any more, as it did before (${why}): on ${destination} run "virsh autostart ${guest.name}"`
  }
}
