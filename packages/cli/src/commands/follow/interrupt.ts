import { createInterface } from 'node:readline'
import type { Terminal } from '../../output/terminal/terminal.ts'

export type Interrupt = AsyncDisposable

export interface InterruptOptions {
  readonly terminal: Terminal
  readonly canAbort: boolean
  readonly abort: () => Promise<void>
  /** Whether a question stands on the terminal, which nothing must be drawn over. */
  readonly onAsking: (asking: boolean) => void
  /** The user chose to leave the migration running. */
  readonly onLeave: () => void
}

/**
 * Ctrl-C never decides by itself what becomes of a guest: it asks. Leaving is the safe answer, and what a second Ctrl-C,
 * an end of input or a terminal that is none means. An abort is asked for in words.
 */
export function askOnInterrupt({ terminal, canAbort, abort, onAsking, onLeave }: InterruptOptions): Interrupt {
  let question: { readonly close: () => void } | null = null

  const leave = (): void => {
    question?.close()
    onLeave()
  }
  const onSignal = (): void => {
    if (question !== null || !process.stdin.isTTY || !canAbort) return leave()
    onAsking(true)
    const reader = createInterface({ input: process.stdin, output: process.stderr })
    question = reader
    reader.on('SIGINT', leave)
    reader.question(
      'The migration goes on meanwhile. [l]eave it running, [a]bort it, or [c]ontinue watching? ',
      (answer) => {
        question = null
        reader.close()
        onAsking(false)
        const choice = answer.trim().toLowerCase()
        if (choice.startsWith('a')) {
          terminal.err('asking for an abort')
          void abort().catch((error: unknown) => terminal.err(`it cannot be aborted: ${String(error)}`))
        } else if (choice.startsWith('l')) leave()
      },
    )
    // An end of input is no answer: the migration is left alone.
    reader.on('close', () => {
      if (question === reader) leave()
    })
  }
  const onTerminate = (): void => leave()
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onTerminate)
  process.on('SIGHUP', onTerminate)
  return {
    [Symbol.asyncDispose]: async () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onTerminate)
      process.off('SIGHUP', onTerminate)
      question?.close()
    },
  }
}
