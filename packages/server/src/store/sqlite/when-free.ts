import { setTimeout as delay } from 'node:timers/promises'
import { isBusy } from './open-database.ts'

/** How long another process that writes is waited for, and how often it is tried. */
const [patienceMs, retryMs] = [5000, 20]

/**
 * Does `work` as soon as no other process writes to the store. It is waited for without holding up this process, which has
 * hosts to hear and guests to steer meanwhile.
 *
 * @throws what `work` throws; SQLite's own error where another process writes all the time
 */
export async function whenFree<T>(work: () => T): Promise<T> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error
    }
    await delay(retryMs)
  }
}
