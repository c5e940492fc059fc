import { hostNamed } from '../../../guests/find-guest.ts'
import type { RunContext } from '../../start/context.ts'

/**
 * What Nova does with an instance that it was, or was about to be, asked to move to a host. `there`: it moves it live to that host.
 * `unclear`: it moves it, cold or with no record that says where to.
 */
export type NovasMove = 'there' | 'unclear' | 'none'

/** States in which Nova has accepted a move and not ended it: live, and cold. */
const isMoving = (taskState: string): boolean => taskState === 'migrating' || taskState.startsWith('resize_')

/** @throws LandfallError `nova-unreachable`, `host-unreachable` */
export async function novasMove(
  { sessions, nova: open }: Pick<RunContext, 'sessions' | 'nova'>,
  instance: string,
  to: string,
): Promise<NovasMove> {
  const nova = await open()
  const taskState = (await nova.server(instance))?.taskState ?? null
  if (taskState === null || !isMoving(taskState)) return 'none'
  const newest = await nova.newestMigration(instance)
  // Its own may not be written yet, nor have been given its host.
  if (newest === null || nova.hasEnded(newest) || newest.destinationHost === null) return 'unclear'
  const hostname = await (await hostNamed(sessions, to).connection()).getHostname()
  // By somebody else, to where he wanted it.
  if (newest.destinationHost !== (await nova.hostOf(hostname))) return 'none'
  return newest.type === 'live-migration' ? 'there' : 'unclear'
}
