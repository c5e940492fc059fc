import type { PlanUpdate } from '@landfall/api'
import { useEffect, useRef, useState } from 'react'

/** Something that takes the service a while, as it is seen by whoever asks for it. */
export interface Making<Made> {
  readonly busy: boolean
  /** What is being done, the newest last. */
  readonly steps: readonly string[]
  /** Null until it is there, and as soon as it is asked for again. */
  readonly made: { readonly value: Made; readonly at: number } | null
  readonly error: unknown
  /** Asks for it, unless that is being done. */
  readonly ask: (make: (onUpdate: (update: PlanUpdate) => void) => Promise<Made>) => Promise<void>
}

const mostSteps = 8

/**
 * Asks for something that is made step by step, one at a time. What was made holds for one question alone.
 *
 * @param question with another one what was made is gone, and what is still being made is not waited for; compared by identity
 */
export function useMade<Made>(question: unknown): Making<Made> {
  const [steps, setSteps] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<Making<Made>['made']>(null)
  const [error, setError] = useState<unknown>(null)
  const asked = useRef(0)
  const begin = (isBusy: boolean): number => {
    setBusy(isBusy)
    setMade(null)
    setError(null)
    setSteps([])
    return ++asked.current
  }
  useEffect(() => void begin(false), [question])

  const ask: Making<Made>['ask'] = async (make) => {
    if (busy) return
    const number = begin(true)
    const isAsked = (): boolean => asked.current === number
    try {
      const value = await make((update) => {
        if (update.kind === 'step' && isAsked()) setSteps((before) => [...before, update.message].slice(-mostSteps))
      })
      if (isAsked()) setMade({ value, at: Date.now() })
    } catch (failed) {
      if (isAsked()) setError(failed)
    } finally {
      if (isAsked()) setBusy(false)
    }
  }
  return { busy, steps, made, error, ask }
}
