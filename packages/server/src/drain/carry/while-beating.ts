import type { Clock } from '../../clock.ts'
import type { DrainHolder, DrainStore } from '../../store/stored-drain.ts'

/** So often it is written that whoever drives a drain lives. */
const beatEveryMs = 3000

export interface WhileBeatingOptions {
  readonly drains: Pick<DrainStore, 'beat'>
  readonly clock: Clock
  readonly id: string
  readonly holder: DrainHolder
}

/**
 * Does a part of a drain's work, and writes meanwhile that whoever does it lives: hosts and Nova may let wait for an answer for longer
 * than others wait before they take a drain over.
 */
export async function whileBeating<Result>(
  { drains, clock, id, holder }: WhileBeatingOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController()
  const beating = beat()
  try {
    return await work()
  } finally {
    over.abort()
    await beating
  }

  async function beat(): Promise<void> {
    for (;;) {
      await clock.sleep(beatEveryMs, over.signal)
      if (over.signal.aborted) return
      // A store that is away is for the work to find out.
      await drains.beat(id, holder).catch(() => undefined)
    }
  }
}
