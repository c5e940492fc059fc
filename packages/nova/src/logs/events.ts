/** Of which kind of migration something is told, where the line itself says so. */
export type Kind = 'live' | 'cold'

/** What one line (with its traceback) says about a migration. Names are Nova's where it has them. */
export type Said =
  // On the source of a live migration
  | { readonly what: 'source-check' }
  | { readonly what: 'prepared'; readonly seconds: number; readonly to: string }
  | { readonly what: 'prepare-failed'; readonly to: string; readonly error: string }
  | { readonly what: 'vif-failed'; readonly to: string | null; readonly error: string }
  | { readonly what: 'monitoring' }
  | {
      readonly what: 'running'
      readonly elapsedS: number
      readonly processedBytes: number
      readonly remainingBytes: number
      readonly totalBytes: number
      readonly diskProcessedBytes: number
      readonly diskRemainingBytes: number
      /** `; (`: 12–19. `(` with disks: 20+. */
      readonly format: 'old' | 'new'
    }
  | { readonly what: 'low-watermark' }
  | { readonly what: 'downtime'; readonly downtimeMs: number; readonly afterS: number }
  | { readonly what: 'downtime-refused'; readonly error: string }
  | { readonly what: 'schedule'; readonly steps: readonly (readonly [afterS: number, downtimeMs: number])[] }
  | { readonly what: 'timeout'; readonly seconds: number }
  | { readonly what: 'stuck'; readonly seconds: number }
  | { readonly what: 'post-copy' }
  | { readonly what: 'post-copy-failed'; readonly error: string }
  | { readonly what: 'abort-failed'; readonly error: string }
  | { readonly what: 'job-completed' }
  | { readonly what: 'job-failed' }
  | { readonly what: 'job-cancelled' }
  | { readonly what: 'libvirt-failure'; readonly error: string }
  | { readonly what: 'monitor-failure'; readonly error: string }
  | { readonly what: 'live-failure'; readonly error: string }
  | { readonly what: 'post-started' }
  | { readonly what: 'post-at-destination-failed'; readonly to: string; readonly error: string }
  | { readonly what: 'finished'; readonly to: string }
  /** Something that had to be cleared away, ended or moved along and was not; Nova goes on. */
  | { readonly what: 'complaint'; readonly words: string; readonly error: string }
  | { readonly what: 'rolled-back' }
  | { readonly what: 'reset-at-start' }
  | { readonly what: 'abort-at-start-failed'; readonly error: string }
  | { readonly what: 'queued-cancelled'; readonly by: 'service-stop' | 'request' }
  | { readonly what: 'not-submitted' }
  | { readonly what: 'not-found-on-source' }
  // On the destination of a live migration
  | { readonly what: 'destination-check' }
  | { readonly what: 'preparing-destination' }
  | { readonly what: 'post-on-destination' }
  | { readonly what: 'moved'; readonly from: string; readonly to: string }
  // On either
  | { readonly what: 'still-migrating' }
  /** Somebody deletes the instance: its guest is ended where it is. */
  | { readonly what: 'terminating' }
  | { readonly what: 'lifecycle'; readonly state: 'Started' | 'Paused' | 'Resumed' | 'Stopped' | 'Suspended' | 'Other' }
  /** An exception of an RPC server, a check or a preparation; `where` is the method of the traceback that tells most. */
  | { readonly what: 'exception'; readonly where: string | null; readonly error: string }
  /** Set back or set to ERROR after an exception. */
  | { readonly what: 'instance-state'; readonly state: string; readonly error: string }
  // Cold migration and resize
  | { readonly what: 'cold-begun' }
  | { readonly what: 'cold-power-off' }
  /** `forced`: it did not within its time, and was powered off. */
  | { readonly what: 'shut-down'; readonly forced: boolean }
  | { readonly what: 'cold-finishing' }
  | { readonly what: 'cold-finished' }
  | { readonly what: 'cold-confirming' }
  | { readonly what: 'cold-reverting' }
  // Conductor and scheduler
  | { readonly what: 'host-skipped'; readonly to: string; readonly error: string }
  | { readonly what: 'refused'; readonly task: Kind; readonly error: string }
  | { readonly what: 'no-host-left'; readonly filter: string }

export interface LogEvent {
  /** As logged: local time read as UTC, milliseconds since the epoch. */
  readonly at: number
  /** Index into {@link HostLog.files}. */
  readonly file: number
  /** From 1. */
  readonly line: number
  readonly level: string
  readonly request: string | null
  readonly said: Said
}

/** The service itself came up or was told to stop. */
export interface ServiceEvent {
  readonly at: number
  readonly file: number
  readonly line: number
  /** `stopped-waiting`: it was told to stop, and what it was doing took longer than it may wait. */
  readonly what: 'started' | 'stopping' | 'stopped-waiting'
  /** Nova's version where the line has it: "26.2.2". */
  readonly version: string | null
}

/** Nothing was said from one line to the next, although a copy was being watched. */
export interface Silence {
  readonly from: number
  readonly to: number
  readonly file: number
  /** The last line before it. */
  readonly line: number
  /** What had passed of the copy by Nova's own count; null where the next line does not say. */
  readonly passedS: number | null
}
