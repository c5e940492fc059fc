import { LandfallError } from '@landfall/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useReducer } from 'react'
import { useService } from '../service/service.tsx'
import type { Story } from './story.ts'
import { emptyStory, fold } from './story.ts'

interface Followed {
  readonly story: Story
  readonly error: unknown
}

/** Follows a migration by its event stream, to its end; a stream that breaks goes on where it was. */
export function useStory(id: string): Followed {
  const { client } = useService()
  const queries = useQueryClient()
  const [followed, change] = useReducer(
    (before: Followed, next: Partial<Followed>): Followed => ({ ...before, ...next }),
    { story: emptyStory, error: null },
  )
  useEffect(() => {
    const left = new AbortController()
    let story = emptyStory
    let last = 0
    let frame = 0
    change({ story, error: null })
    // Samples come ten a second, and a page is drawn once a frame.
    const show = (): void => {
      if (frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        change({ story })
      })
    }
    const follow = async (): Promise<void> => {
      while (!left.signal.aborted) {
        try {
          for await (const { number, update } of client.updates(id, { after: last, signal: left.signal })) {
            last = number
            story = fold(story, update)
            show()
          }
          if (story.report !== null) void queries.invalidateQueries({ queryKey: ['reports'] })
          return
        } catch (error) {
          // The client itself tries for a minute: somebody may look longer.
          if (error instanceof LandfallError && error.code === 'server-unreachable') continue
          if (!left.signal.aborted) change({ error })
          return
        }
      }
    }
    void follow()
    return () => {
      left.abort()
      cancelAnimationFrame(frame)
    }
  }, [client, id, queries])
  return followed
}
