import type { Schedule } from './schedule.ts'
import type { Milliseconds, Percent } from './units.ts'

/** `if-needed`: only when pre-copy cannot end within the intent. `at-once`: as soon as QEMU accepts it. */
export const postCopyPermissions = ['never', 'if-needed', 'at-once'] as const
export type PostCopyPermission = (typeof postCopyPermissions)[number]
/** What to do when no live strategy keeps the intent. `cold`: shut down, move, start. */
export const fallbacks = ['none', 'cold'] as const
export type Fallback = (typeof fallbacks)[number]

/** What the operator wants, in the guest's terms. */
export interface Intent {
  /** Hard: the guest never stands still longer, or it stays where it runs. */
  readonly maxPauseMs: Milliseconds
  /** Counted from the start of the migration; none when absent. */
  readonly deadlineMs?: Milliseconds
  /** The strongest throttle allowed; 0 forbids throttling. */
  readonly maxSlowdownPercent: Percent
  readonly postCopy: PostCopyPermission
  readonly fallback: Fallback
  /** Shut down, move and start, whatever could be done live. */
  readonly onlyCold?: true
  /** How long a guest that is moved cold may take to shut down; it is never forced. */
  readonly shutdownLimitMs?: Milliseconds
  /** Given up (or ended by a permitted lever) when no pass has left less than the least before for this long. */
  readonly noGainLimitMs?: Milliseconds
  /** What a second of the migration is worth in seconds of the guest's work; {@link defaultTimeWorth} when absent. */
  readonly timeWorth?: number
  /** How often a try that failed for a reason that may pass is followed by another; never when absent. */
  readonly retries?: number
  /** How the stream is carried, where somebody laid it down. */
  readonly stream?: StreamOptions
  /** Carried out as it is instead of being steered; the limits above are then not kept by anybody. */
  readonly schedule?: Schedule
}

/** zstd: at QEMU's own level, 1, of all that is sent. XBZRLE: only the changed bytes of pages that are sent again. */
export const compressions = ['never', 'zstd', 'xbzrle'] as const
export type Compression = (typeof compressions)[number]

export interface StreamOptions {
  /** The most that it may use of the link. */
  readonly bandwidthMiBps?: number
  /** Streams side by side, 1 for a plain one; where it pays when absent. More rule out post-copy before QEMU 10.1. */
  readonly parallelConnections?: number
  /** Where it pays when absent. */
  readonly compression?: Compression
  /** QEMU's own TLS for the stream. */
  readonly tls?: true
}

/** How long a guest that is moved cold may take to shut down where nobody said: a database that flushes for minutes may. */
export const defaultShutdownLimitMs: Milliseconds = 180_000

/** What a second of the migration is worth where nobody said: waiting on has to save the guest two fifths of its own length. */
export const defaultTimeWorth = 0.4

export const timeWorthOf = ({ timeWorth }: Pick<Intent, 'timeWorth'>): number => timeWorth ?? defaultTimeWorth

/** What a careful operator would choose. */
export const defaultIntent: Intent = {
  maxPauseMs: 1000,
  maxSlowdownPercent: 80,
  postCopy: 'if-needed',
  fallback: 'none',
}

export const presetNames = ['gentle', 'balanced', 'urgent', 'evacuate'] as const
export type PresetName = (typeof presetNames)[number]

export interface Preset {
  /** What it means for the guest, in words. */
  readonly means: string
  readonly intent: Pick<Intent, 'maxPauseMs' | 'maxSlowdownPercent' | 'postCopy' | 'fallback'>
}

/** Intents by what they mean for the guest. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  gentle: {
    means: 'it hardly notices, or it stays: a busy guest is refused',
    intent: { maxPauseMs: 300, maxSlowdownPercent: 0, postCopy: 'never', fallback: 'none' },
  },
  balanced: { means: 'what a careful operator would choose', intent: defaultIntent },
  urgent: {
    means: 'it is moved as soon as possible: one long pause is as good as any other way',
    intent: { maxPauseMs: 10_000, maxSlowdownPercent: 80, postCopy: 'if-needed', fallback: 'none' },
  },
  evacuate: {
    means: 'its host has to be emptied: half a minute of pause, and a restart where nothing else will do',
    intent: { maxPauseMs: 30_000, maxSlowdownPercent: 95, postCopy: 'if-needed', fallback: 'cold' },
  },
}
