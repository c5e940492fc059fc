import { setTimeout as delay } from 'node:timers/promises'

/** Asks until there is an answer other than null or false; fails after the deadline, naming what did not come. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T> | T,
  deadlineMs = 30_000,
): Promise<Exclude<T, null | false>> {
  const startedAt = performance.now()
  for (;;) {
    const answer = await probe()
    if (answer !== null && answer !== false) return answer as Exclude<T, null | false>
    if (performance.now() - startedAt > deadlineMs) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await delay(50)
  }
}
