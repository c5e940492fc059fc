import { LandfallError } from '@landfall/core'
import { isPassing } from './passing.ts'

/** Node's and undici's codes of a connection that was open, and then broke or fell silent. */
const broken: readonly unknown[] = [
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]

/** Why no whole answer came: the connection ended when the request was already taken. */
export class AnswerBrokeOff extends Error {
  override readonly name = 'AnswerBrokeOff'
}

/** Between two tries, and how long there are some: a service that restarts is back by then. */
const againMs = 500
const mostMs = 20_000

export interface AgainOptions {
  /** The same of each try: what the service does once. */
  readonly key: string
  readonly sleep: (ms: number) => Promise<void>
  readonly now: () => number
}

/**
 * Asks for a change until its answer arrives: a connection that broke after the request went out leaves open whether it was done, and
 * the service does it once for each key. What was refused, or never reached the service, is thrown at once.
 *
 * @throws LandfallError as `ask`; of the same code, and that it may have been done, where no answer came for 20 s
 */
export async function onceAsked<Result>(
  ask: (key: string) => Promise<Result>,
  { key, sleep, now }: AgainOptions,
): Promise<Result> {
  let openSince: number | null = null
  for (;;) {
    try {
      return await ask(key)
    } catch (error) {
      if (leavesOpen(error)) openSince ??= now()
      if (openSince === null || !(isPassing(error) || isUnfinished(error))) throw error
      if (now() - openSince >= mostMs) throw mayBeDone(error)
    }
    await sleep(againMs)
  }
}

/** Another server of the same store may be at it still. */
const isUnfinished = (error: unknown): error is LandfallError =>
  error instanceof LandfallError && error.code === 'key-unfinished'

/** Whether it may have been done. A browser does not tell why a request failed: its errors have neither code nor cause. */
function leavesOpen(error: unknown): boolean {
  if (!(error instanceof LandfallError) || error.code !== 'server-unreachable') return false
  const { cause } = error
  if (cause instanceof Error && cause.cause === undefined && !('code' in cause)) return true
  for (let why = cause; why instanceof Error; why = why.cause) {
    if (why instanceof AnswerBrokeOff || ('code' in why && broken.includes(why.code))) return true
  }
  return false
}

const mayBeDone = (cause: LandfallError): LandfallError =>
  new LandfallError(cause.code, `${cause.message}; what was asked for may have been done`, {
    next: 'Look at what is under way and at the newest reports before it is asked for again',
    cause,
  })
