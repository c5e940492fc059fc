import type { Intent } from '../intent.ts'
import type { Milliseconds } from '../units.ts'
import type { TransientKind, TryFailure } from './transient-failures.ts'
import { transientFailures, transientKindOf } from './transient-failures.ts'

/** A try has ended without having moved the guest: what is known then. */
export interface EndedTry {
  readonly failure: TryFailure
  /**
   * `source`: it runs there, as both hosts say. `source-alone-says`: it runs there without a migration, and the destination is
   * silent; both are asked before another try. Anything else is for whoever looks after it.
   */
  readonly guest: 'source' | 'source-alone-says' | 'elsewhere'
  /** Whether the guest has begun to change hosts, or may have. */
  readonly switchoverBegan: boolean
  /** By a person, by steering, or by whoever else aborted it. */
  readonly aborted: boolean
  /** Something of it could not be put back, or removed. */
  readonly leftBehind: boolean
  /** Tries that have failed, this one included. */
  readonly failed: number
  readonly intent: Pick<Intent, 'retries'>
  /** Null for none. */
  readonly deadlineAt: Milliseconds | null
  readonly now: Milliseconds
}

export type NotAgain =
  | 'switchover-began'
  | 'aborted'
  | 'guest-elsewhere'
  | 'left-behind'
  | 'not-transient'
  | 'not-permitted'
  | 'used-up'
  | 'deadline'

export type AfterTry =
  | { readonly again: true; readonly kind: TransientKind; readonly at: Milliseconds }
  /** `kind` where it may pass by itself all the same. */
  | { readonly again: false; readonly because: NotAgain; readonly kind: TransientKind | null }

/** In words: "not tried again: it was aborted". */
export const notAgainWords: Readonly<Record<NotAgain, string>> = {
  'switchover-began': 'it had begun to change hosts',
  aborted: 'it was aborted',
  'guest-elsewhere': 'nobody can say that it runs on its source',
  'left-behind': 'something could not be put back',
  'not-transient': 'that does not pass by itself',
  'not-permitted': 'nobody permitted it',
  'used-up': 'it was tried as often as permitted',
  deadline: 'its deadline would be over',
}

const longestWaitMs: Milliseconds = 300_000

/** The pause behind the try with that number, from 1. */
export const waitAfterTryMs = (kind: TransientKind, failed: number): Milliseconds =>
  Math.min(longestWaitMs, transientFailures[kind].firstWaitMs * 2 ** (failed - 1))

/** How often a migration may be tried again. */
export const retriesIn = ({ retries = 0 }: Pick<Intent, 'retries'>): number => retries

/**
 * Whether a try that failed is followed by another, and when. Pure. What could harm comes first: nothing is tried again of which
 * anybody can say that the guest had begun to change hosts, that it was aborted, or that it is not as it was before.
 */
export function afterTry(ended: EndedTry): AfterTry {
  const { failure, failed, now, deadlineAt } = ended
  const kind = transientKindOf(failure)
  const no = (because: NotAgain): AfterTry => ({ again: false, because, kind })
  if (ended.switchoverBegan) return no('switchover-began')
  if (ended.aborted) return no('aborted')
  if (ended.guest === 'elsewhere') return no('guest-elsewhere')
  if (ended.leftBehind) return no('left-behind')
  if (kind === null) return no('not-transient')
  const retries = retriesIn(ended.intent)
  if (retries === 0) return no('not-permitted')
  if (failed > retries) return no('used-up')
  const at = now + waitAfterTryMs(kind, failed)
  return deadlineAt !== null && at >= deadlineAt ? no('deadline') : { again: true, kind, at }
}

/** What is still wanted after that time: a deadline counts from the start of the first try. */
export function intentLater(intent: Intent, passedMs: Milliseconds): Intent {
  if (intent.deadlineMs === undefined) return intent
  return { ...intent, deadlineMs: Math.max(1, intent.deadlineMs - passedMs) }
}
