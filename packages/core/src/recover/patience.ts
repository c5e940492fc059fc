import type { Intent } from '../intent.ts'
import type { Act } from '../steer/state.ts'
import type { Milliseconds } from '../units.ts'

/** How long both hosts get to agree after the call ended. libvirt's reply and the states differ by up to 2.7 s. */
export const settlingMs: Milliseconds = 8000

/** How long a host may be silent before a migration is handed to a person. */
export const unclearPatienceMs: Milliseconds = 60_000

/** A guest that stands on its source alone because of an act of ours: libvirt resumes it itself within this, most times. */
export const rollbackMs: Milliseconds = 1000

const actAttempts = 3

/** How often a host is asked for an act before it counts as failed. A schedule's owner does not ask twice, and remembers it as done. */
export const attemptsFor = (act: Act, { schedule }: Intent): number =>
  schedule === undefined || act.kind === 'abort' ? actAttempts : 1
