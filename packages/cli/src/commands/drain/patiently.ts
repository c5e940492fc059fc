import { isPassing, patienceMs } from '@landfall/api'
import type { Clock } from '../../clock.ts'

const againMs = 500

/**
 * Asks again while the answer is an error that passes, for a minute: who follows something for hours is not to lose it because a
 * service restarts. Only for questions, since what is asked for twice may be done twice.
 */
export async function patiently<Answer>(ask: () => Promise<Answer>, { now, sleep }: Clock): Promise<Answer> {
  let silentSince: number | null = null
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isPassing(error)) throw error
      // A request may take long to fail: what counts is the time since the first did.
      silentSince ??= now()
      if (now() - silentSince >= patienceMs) throw error
    }
    await sleep(againMs)
  }
}
