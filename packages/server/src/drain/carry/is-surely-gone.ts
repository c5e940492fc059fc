import { hostname } from 'node:os'
import { isAlive } from '../../store/driver-identity.ts'
import type { DrainHolder } from '../../store/stored-drain.ts'

/** Of another machine nobody knows at once whether it lives. */
export const isSurelyGone = (holder: DrainHolder): boolean =>
  (holder.machine === undefined || holder.machine === hostname()) && !isAlive(holder)
