import type { DrainedGuest } from '@landfall/core'
import type { HostSession } from '../../hosts/host-session.ts'
import type { StoredDrain } from '../../store/stored-drain.ts'
import { isSurelyGone } from './is-surely-gone.ts'
import { see } from './see.ts'

/**
 * The moves of other drains that are under way, and take places of the limits. Of one whose driver is gone nobody writes down that
 * they have landed: libvirt is asked, and what nobody can tell counts.
 */
export async function movesOfOthers(
  others: readonly StoredDrain[],
  sessions: readonly HostSession[],
): Promise<readonly DrainedGuest[]> {
  const each = await Promise.all(
    others.map(async ({ state, holder, endedAt }) => {
      const moving = state.guests.filter(({ stage }) => stage.kind === 'moving')
      if (moving.length === 0 || endedAt !== null || !isSurelyGone(holder)) return moving
      const { seen } = await see({ ...state, guests: moving }, sessions)
      return moving.filter(({ uuid }) => {
        const place = seen(uuid)
        return place.kind === 'unknown' || (place.kind === 'runs' && place.migrating)
      })
    }),
  )
  return each.flat()
}
