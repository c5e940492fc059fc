import type { JobOperation, JobStats } from '../domain/job-stats.ts'
import type { Domain } from '../domain/domain.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'

// VIR_DOMAIN_EVENT_<event>_<detail>: each event's details, at the index that is their number.
export const lifecycleDetails = {
  defined: ['added', 'updated', 'renamed', 'from-snapshot'],
  undefined: ['removed', 'renamed'],
  started: ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup'],
  suspended: [
    'paused',
    'migrated',
    'ioerror',
    'watchdog',
    'restored',
    'from-snapshot',
    'api-error',
    'postcopy',
    'postcopy-failed',
  ],
  resumed: ['unpaused', 'migrated', 'from-snapshot', 'postcopy', 'postcopy-failed'],
  stopped: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot'],
  shutdown: ['finished', 'guest', 'host'],
  pmsuspended: ['memory', 'disk'],
  crashed: ['panicked', 'crashloaded'],
} as const

type LifecycleDetails = typeof lifecycleDetails

/**
 * A domain's life. `started`/`migrated` means that an incoming QEMU exists, `resumed`/`migrated` on the destination is the
 * hand-over itself. RESUMED comes before STARTED, and both may come before the reply of the call that caused them.
 */
export type LifecycleEvent = {
  readonly domain: Domain
  readonly eventNumber: number
  readonly detailNumber: number
} & (
  | {
      readonly [Event in keyof LifecycleDetails]: {
        readonly event: Event
        readonly detail: LifecycleDetails[Event][number] | 'unknown'
      }
    }[keyof LifecycleDetails]
  | { readonly event: 'unknown'; readonly detail: 'unknown' }
)

/** The payload of each event by its name. */
export interface DomainEvents {
  lifecycle: LifecycleEvent
  reboot: { readonly domain: Domain }
  'rtc-change': { readonly domain: Domain; readonly offsetSeconds: bigint }
  watchdog: {
    readonly domain: Domain
    readonly action: 'none' | 'pause' | 'reset' | 'poweroff' | 'shutdown' | 'debug' | 'injectnmi' | 'unknown'
  }
  'io-error': {
    readonly domain: Domain
    readonly sourcePath: string
    readonly deviceAlias: string
    readonly action: 'none' | 'pause' | 'report' | 'unknown'
    /** `enospc`, or empty. */
    readonly reason: string
  }
  graphics: {
    readonly domain: Domain
    readonly phase: 'connect' | 'initialize' | 'disconnect' | 'unknown'
    readonly authScheme: string
    readonly local: { readonly node: string; readonly service: string }
    readonly remote: { readonly node: string; readonly service: string }
  }
  /** libvirt lost QEMU's monitor; comes when QEMU dies. */
  'control-error': { readonly domain: Domain }
  /** `target` is the disk's name in the guest (VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2). */
  'block-job': {
    readonly domain: Domain
    readonly target: string
    readonly type: 'unknown' | 'pull' | 'copy' | 'commit' | 'active-commit' | 'backup'
    readonly status: 'completed' | 'failed' | 'canceled' | 'ready' | 'unknown'
  }
  'disk-change': {
    readonly domain: Domain
    readonly oldSourcePath: string | undefined
    readonly newSourcePath: string | undefined
    readonly deviceAlias: string
    readonly reason: 'missing-on-start' | 'drop-missing-on-start' | 'unknown'
  }
  'tray-change': {
    readonly domain: Domain
    readonly deviceAlias: string
    readonly reason: 'open' | 'close' | 'unknown'
  }
  'pm-wakeup': { readonly domain: Domain }
  'pm-suspend': { readonly domain: Domain }
  'pm-suspend-disk': { readonly domain: Domain }
  'balloon-change': { readonly domain: Domain; readonly actualBytes: number }
  'device-added': { readonly domain: Domain; readonly deviceAlias: string }
  'device-removed': { readonly domain: Domain; readonly deviceAlias: string }
  'device-removal-failed': { readonly domain: Domain; readonly deviceAlias: string }
  tunable: { readonly domain: Domain; readonly params: ParamRecord }
  'agent-lifecycle': {
    readonly domain: Domain
    readonly state: 'connected' | 'disconnected' | 'unknown'
    readonly reason: 'unknown' | 'domain-started' | 'channel'
  }
  /** 1 when the first pass begins. */
  'migration-iteration': { readonly domain: Domain; readonly iteration: number }
  /** On the source, when the migration succeeded; a failed or aborted one sends none. */
  'job-completed': {
    readonly domain: Domain
    readonly operation: JobOperation
    readonly fields: JobStats
    readonly params: ParamRecord
  }
  'metadata-change': {
    readonly domain: Domain
    readonly type: 'description' | 'title' | 'element' | 'unknown'
    readonly namespace: string | undefined
  }
  'block-threshold': {
    readonly domain: Domain
    readonly device: string
    readonly path: string | undefined
    readonly thresholdBytes: bigint
    readonly excessBytes: bigint
  }
  /** libvirt 6.9 */
  'memory-failure': {
    readonly domain: Domain
    readonly recipient: 'hypervisor' | 'guest' | 'unknown'
    readonly action: 'ignore' | 'inject' | 'fatal' | 'reset' | 'unknown'
    readonly flags: number
  }
  /** libvirt 7.9 */
  'memory-device-size-change': { readonly domain: Domain; readonly alias: string; readonly sizeBytes: bigint }
  /** libvirt 11.2 */
  'nic-mac-change': {
    readonly domain: Domain
    readonly alias: string
    readonly oldMac: string
    readonly newMac: string
  }
}

export type DomainEventName = keyof DomainEvents
