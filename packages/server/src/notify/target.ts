import type { Milliseconds } from '@landfall/core'
import type { NotifiedEvent } from '../config/notify-config.ts'
import type { Notification } from './notification.ts'
import type { Attempt } from './outbox.ts'

/** Somebody who is told. */
export interface Target {
  readonly name: string
  readonly events: readonly NotifiedEvent[]
  /** How long it is tried again. */
  readonly retryForMs: Milliseconds
  /** Tells it once; never rejects. It ends within the target's own limit, and soon after the signal. */
  readonly send: (notification: Notification, stopped: AbortSignal) => Promise<Attempt>
}
