import type { Lease, Store } from '../store/store.ts'
import { LeaseLostError } from '../store/store.ts'
import type { After } from './lasting-writer.ts'

/** How often a store is asked that does not take back what is given. */
const everyMs = 500

/** Keeps no process alive: with a process goes what it holds. */
const meanwhile: After = (ms, then) => {
  const timer = setTimeout(then, ms).unref()
  return () => clearTimeout(timer)
}

/**
 * Gives a lease back, or a request that was not begun. Where the store does not take it now that is tried until it does, without whoever gives it back: one that a
 * process holds which lives keeps everybody else away, on SQLite for as long as it lives. A lease that is another's by now, or is gone
 * because only the answer got lost, is given back.
 */
export async function giveBack(release: () => Promise<void>, after: After = meanwhile): Promise<void> {
  try {
    await release()
  } catch (error) {
    if (error instanceof LeaseLostError) return
    after(everyMs, () => void giveBack(release, after))
  }
}

/** What is done under a lease that was just taken: where it fails nobody drives the migration, and the lease says so. */
export async function orGivenBack<T>(store: Pick<Store, 'release'>, lease: Lease, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    await giveBack(() => store.release(lease))
    throw error
  }
}
