import { nameAt } from '../xdr/name-at.ts'

const runningReasons = [
  'unknown',
  'booted',
  'migrated',
  'restored',
  'from-snapshot',
  'unpaused',
  'migration-canceled',
  'save-canceled',
  'wakeup',
  'crashed',
  'postcopy',
  'postcopy-failed',
] as const

const pausedReasons = [
  'unknown',
  'user',
  'migration',
  'save',
  'dump',
  'ioerror',
  'watchdog',
  'from-snapshot',
  'shutting-down',
  'snapshot',
  'crashed',
  'starting-up',
  'postcopy',
  'postcopy-failed',
  'api-error',
] as const

const shutoffReasons = [
  'unknown',
  'shutdown',
  'destroyed',
  'crashed',
  'migrated',
  'saved',
  'failed',
  'from-snapshot',
  'daemon',
] as const

const shutdownReasons = ['unknown', 'user'] as const

const crashedReasons = ['unknown', 'panicked'] as const

const states = ['nostate', 'running', 'blocked', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended'] as const

/** `virDomainState` by name. */
export type DomainStateName = (typeof states)[number]

/** A domain's state and why; the numbers are libvirt's, for reasons newer than this client (then named `'unknown'`). */
export type DomainState = { readonly stateNumber: number; readonly reasonNumber: number } & (
  | { readonly state: 'running'; readonly reason: (typeof runningReasons)[number] }
  | { readonly state: 'paused'; readonly reason: (typeof pausedReasons)[number] }
  | { readonly state: 'shutoff'; readonly reason: (typeof shutoffReasons)[number] }
  | { readonly state: 'shutdown'; readonly reason: (typeof shutdownReasons)[number] }
  | { readonly state: 'crashed'; readonly reason: (typeof crashedReasons)[number] }
  | { readonly state: 'nostate' | 'blocked' | 'pmsuspended'; readonly reason: 'unknown' }
)

export const domainStateName = (stateNumber: number): DomainStateName => states[stateNumber] ?? 'nostate'

export const domainState = (stateNumber: number, reasonNumber: number): DomainState => {
  const numbers = { stateNumber, reasonNumber }
  const state = domainStateName(stateNumber)
  if (state === 'running') return { ...numbers, state, reason: nameAt(runningReasons, reasonNumber) }
  if (state === 'paused') return { ...numbers, state, reason: nameAt(pausedReasons, reasonNumber) }
  if (state === 'shutoff') return { ...numbers, state, reason: nameAt(shutoffReasons, reasonNumber) }
  if (state === 'shutdown') return { ...numbers, state, reason: nameAt(shutdownReasons, reasonNumber) }
  if (state === 'crashed') return { ...numbers, state, reason: nameAt(crashedReasons, reasonNumber) }
  return { ...numbers, state, reason: 'unknown' }
}
