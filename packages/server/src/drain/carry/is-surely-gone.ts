import { hostname } from 'node:os'
import { isAlive } from '../../store/driver-identity.ts'
import type { DrainHolder } from '../../store/stored-drain.ts'

/** Of whoever lives there nobody knows at once whether it does. */
export const isOnAnotherMachine = ({ machine }: DrainHolder): boolean => machine !== undefined && machine !== hostname()

export const isSurelyGone = (holder: DrainHolder): boolean => !isOnAnotherMachine(holder) && !isAlive(holder)
