import type { CauseCode } from '../finding.ts'
import { meanings } from './meanings.ts'

/** What a check, a preparation or the scheduler refused for. */
export interface Refusal {
  readonly code: Extract<CauseCode, 'pre-check-failed' | 'destination-full'>
  /** `cpu`, `shared-storage`...: which one, for scripts. */
  readonly which: string
  /** For the operator. */
  readonly words: string
}

/** Which refusal a text is; null where it is none that is known. */
export function refusalIn(error: string): Refusal | null {
  const found = meanings.find(({ refusal, pattern }) => refusal !== null && pattern.test(error))
  return found === undefined || found.refusal === null
    ? null
    : { code: found.refusal, which: found.which, words: found.words }
}

const longestQuote = 420

/** Without Python's class names, and without what oslo.log said twice. */
export function plainError(error: string): string {
  let text = error.trim()
  for (;;) {
    const shorter = text.replace(/^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:_Remote)?(?:Error|Exception)?: /, '')
    if (shorter === text) break
    text = shorter
  }
  const twice = /^(.{8,}?): (?:\w+\.)*\w+: \1$/.exec(text)
  return (twice?.[1] ?? text).replaceAll(/\s*\n\s*/g, ' ').slice(0, longestQuote)
}
