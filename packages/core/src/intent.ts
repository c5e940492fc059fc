import { InputError } from './errors.ts'
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
  /** Given up (or ended by a permitted lever) when for so long no pass has left less than the least before. */
  readonly noGainLimitMs?: Milliseconds
  /** How the stream is carried, where somebody laid it down. */
  readonly stream?: StreamOptions
  /** Carried out as it is instead of being steered; the limits above are then not kept by anybody. */
  readonly schedule?: Schedule
}

/** zstd at QEMU's own level, 1, of all that is sent; XBZRLE: of pages that are sent again, what has changed in them. */
export type Compression = 'never' | 'zstd' | 'xbzrle'

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

/** What a careful operator would choose. */
export const defaultIntent: Intent = {
  maxPauseMs: 1000,
  maxSlowdownPercent: 80,
  postCopy: 'if-needed',
  fallback: 'none',
}

export const presetNames = ['gentle', 'balanced', 'urgent', 'evacuate'] as const
export type PresetName = (typeof presetNames)[number]

/** Intents by what they mean for the guest. */
export const presets: Readonly<Record<PresetName, Intent>> = {
  /** It hardly notices, or stays: a busy guest is refused. */
  gentle: { maxPauseMs: 300, maxSlowdownPercent: 0, postCopy: 'never', fallback: 'none' },
  balanced: defaultIntent,
  /** It gets there soonest: one long pause is as good as any other way. */
  urgent: { maxPauseMs: 10_000, maxSlowdownPercent: 80, postCopy: 'if-needed', fallback: 'none' },
  /** Its host has to be emptied: half a minute's pause, and a restart where nothing else will do. */
  evacuate: { maxPauseMs: 30_000, maxSlowdownPercent: 95, postCopy: 'if-needed', fallback: 'cold' },
}

/** QEMU's multifd-channels is a byte. */
const mostConnections = 255

/** Throws `bad-intent` for figures that mean nothing. */
export function checkIntent(intent: Intent): Intent {
  if (!(intent.maxPauseMs >= 1)) {
    throw new InputError(
      'bad-intent',
      '--max-pause must be at least 1ms: a guest always stops for a moment to change hosts',
    )
  }
  if (intent.deadlineMs !== undefined && !(intent.deadlineMs > 0)) {
    throw new InputError('bad-intent', '--deadline must be more than zero; leave it out for none')
  }
  if (!(intent.maxSlowdownPercent >= 0 && intent.maxSlowdownPercent <= 99)) {
    throw new InputError('bad-intent', '--max-slowdown must be from 0 (never throttle) to 99')
  }
  if (intent.shutdownLimitMs !== undefined && !(intent.shutdownLimitMs >= 1000)) {
    throw new InputError('bad-intent', '--shutdown-timeout must be at least 1s: no guest shuts down sooner')
  }
  const streams = intent.stream?.parallelConnections
  if (streams !== undefined && !(Number.isInteger(streams) && streams >= 1 && streams <= mostConnections)) {
    throw new InputError('bad-intent', `--parallel must be a whole number from 1 (one stream) to ${mostConnections}`)
  }
  return intent
}
