import { setTimeout as delay } from 'node:timers/promises'

import { LabError } from '../errors.ts'

export interface WaitOptions {
  readonly deadlineMs: number
  readonly intervalMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks `probe` until it gives something other than null or false; rejects with `deadline-passed` naming `what`. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, null | false>> {
  const startedAt = performance.now()
  for (;;) {
    const answer = await probe()
    if (answer !== null && answer !== false) return answer as Exclude<T, null | false>
    if (options.signal?.aborted) throw new LabError('aborted', `stopped on request while waiting for ${what}`)
    if (performance.now() - startedAt > options.deadlineMs)
      throw new LabError('deadline-passed', `waited ${options.deadlineMs} ms in vain for ${what}`)
    await delay(options.intervalMs ?? 20)
  }
}
