import type { Clock } from '../clock.ts'

/**
 * Waits for the work, and no longer than that; what becomes of it afterwards is nobody's business.
 *
 * @returns whether it was done
 * @throws what the work throws within that time
 */
export async function isDoneWithin(limitMs: number, work: Promise<unknown>, clock: Clock): Promise<boolean> {
  const over = new AbortController()
  work.catch(() => undefined)
  try {
    return await Promise.race([work.then(() => true), clock.sleep(limitMs, over.signal).then(() => false)])
  } finally {
    over.abort()
  }
}
