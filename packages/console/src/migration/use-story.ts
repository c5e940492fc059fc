import type { HttpClient, MigrationDetail } from '@landfall/api'
import { isPassing } from '@landfall/api'
import { useEffect, useReducer } from 'react'
import { useService } from '../service/service.tsx'
import type { Story } from './story.ts'
import { fold, storySoFar, withPlan } from './story.ts'

export type Followed =
  | { readonly kind: 'asked' }
  | { readonly kind: 'under-way'; readonly story: Story }
  | { readonly kind: 'over'; readonly detail: Exclude<MigrationDetail, { state: 'under-way' }> }
  | { readonly kind: 'unknown'; readonly error: unknown }

/**
 * A migration wherever it is: how it stands, and then what it tells, to its end; a stream that breaks goes on where it was.
 *
 * @param asked another number asks anew, where it could not be told
 */
export function useStory(id: string, asked: number): Followed {
  const { client } = useService()
  const [followed, change] = useReducer((_before: Followed, next: Followed): Followed => next, { kind: 'asked' })
  useEffect(() => {
    const left = new AbortController()
    let frame = 0
    change({ kind: 'asked' })
    // Samples come ten a second, and a page is drawn once a frame.
    let shown: Followed = { kind: 'asked' }
    const show = (next: Followed): void => {
      shown = next
      if (frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        change(shown)
      })
    }
    const follow = async (): Promise<void> => {
      while (!left.signal.aborted) {
        try {
          const detail = await client.migration(id)
          if (detail.state !== 'under-way') return show({ kind: 'over', detail })
          const story = storySoFar(detail)
          show({ kind: 'under-way', story })
          await tellOn(client, id, { story, from: detail.now.lastUpdate, signal: left.signal }, (next) =>
            show({ kind: 'under-way', story: next }),
          )
          // Its report is written within a moment of its end.
          await sleep(soonMs)
        } catch (error) {
          if (left.signal.aborted) return
          // What is shown stays, and is asked for again until the service answers.
          if (!isPassing(error)) return show({ kind: 'unknown', error })
          await sleep(againMs)
        }
      }
    }
    void follow()
    return () => {
      left.abort()
      cancelAnimationFrame(frame)
    }
  }, [client, id, asked])
  return followed
}

const againMs = 1000
const soonMs = 100
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Beginning {
  readonly story: Story
  /** The newest update that it holds. */
  readonly from: number
  readonly signal: AbortSignal
}

/** To its end. What it told before is read again for its plan alone, of which a first look has the outline. */
async function tellOn(
  client: HttpClient,
  id: string,
  { story, from, signal }: Beginning,
  onStory: (story: Story) => void,
) {
  let now = story
  for await (const { number, update } of client.updates(id, { signal })) {
    if (number > from) now = fold(now, update)
    else if (update.kind === 'planned') now = withPlan(now, update.migration)
    else continue
    onStory(now)
  }
}
