/**
 * The parts that a load test drives directly: many migrations in one process, without a facade before them.
 *
 * @module
 */
export { systemClock } from './clock.ts'
export { HandOverWatch } from './migration/hand-over.ts'
export { HostSession } from './hosts/host-session.ts'
export { JournalFolder } from './journal/journal.ts'
export { ownIdentity } from './journal/driver-identity.ts'
export { runLiveMove } from './move/live-move.ts'
export { samplePages } from './probe/page-sample.ts'
