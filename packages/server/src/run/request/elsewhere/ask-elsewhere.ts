import type { Answer, Wish } from '@landfall/api'
import { can } from '@landfall/api'
import { evenly } from '../../../clock.ts'
import type { RunContext } from '../../start/context.ts'

const lookEveryMs = 100
/** A driver looks several times a second; one that is frozen or was killed has lost its migration soon after that. */
const patienceMs = 4000
/** What was taken is carried out, and answered. */
const answeredWithinMs = 20_000

/**
 * Asks something of a migration that another process drives, or has to begin; null where that did not hear of it, and will not: it does
 * not answer, or the migration is none of ours.
 */
export async function askElsewhere(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  id: string,
  wish: Wish,
): Promise<Answer | null> {
  const { elsewhere, requests } = store
  const story = await store.read(id)
  if (story?.report !== null && story?.report !== undefined) return can('ended', wish.kind)
  if (story === null && !(await requests.list()).some((request) => request.id === id)) return null
  const number = await elsewhere.ask(id, wish, clock.now())
  const answered = async (ms: number): Promise<Answer | null> => {
    const { now } = evenly(clock)
    for (const deadline = now() + ms; ; await clock.sleep(lookEveryMs)) {
      const answer = await elsewhere.answerTo(number)
      if (answer !== null) await elsewhere.dropAnswered(number)
      if (answer !== null || now() >= deadline) return answer
    }
  }
  const answer = await answered(patienceMs)
  if (answer !== null) return answer
  const isTaken = !(await elsewhere.withdraw(number))
  return isTaken ? answered(answeredWithinMs) : null
}
