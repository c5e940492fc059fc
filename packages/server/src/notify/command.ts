import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { CommandConfig } from '../config/notify-config.ts'
import type { Notification } from './notification.ts'
import { bodyOf } from './notification.ts'
import type { Attempt } from './outbox.ts'
import type { Target } from './target.ts'

/** Of what it writes to stderr, for the log. */
const mostWords = 300

/**
 * Runs a program for each notification, which it reads as JSON on stdin. It has a process group of its own; what is left of that is
 * ended when the program is over, or its time is up. Of the service's environment it gets nothing that could be a secret.
 */
export function commandTarget(
  { name, events, run: [program, ...rest], timeoutMs }: CommandConfig,
  after: (ms: number) => AbortSignal = (ms) => AbortSignal.timeout(ms),
): Target {
  const send: Target['send'] = async (notification, stopped) => {
    const child = spawn(program, rest, {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: environmentFor(notification),
    })
    const outOfTime = after(timeoutMs)
    const ended = endOf(child)
    const limit = AbortSignal.any([outOfTime, stopped])
    const kill = (): void => killGroup(child)
    limit.addEventListener('abort', kill, { once: true })
    if (limit.aborted) kill()
    // It may end without having read.
    child.stdin.on('error', () => undefined)
    child.stdin.end(bodyOf(notification))
    const said = lastWords(child)
    const end = await ended
    limit.removeEventListener('abort', kill)
    killGroup(child)
    child.stderr.destroy()
    if (end.kind === 'exited' && end.code === 0) return { kind: 'delivered' }
    const why = outOfTime.aborted ? `it took longer than ${timeoutMs} ms and was ended` : wordsOf(end)
    const words = said()
    return { kind: 'failed', why: words === '' ? why : `${why}: ${words}`, mayRetry: false } satisfies Attempt
  }
  return { name, events, retryForMs: 0, send }
}

function environmentFor({ event, data }: Notification): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env
  const kept = Object.entries({ PATH, HOME, LANG }).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(kept),
    LANDFALL_EVENT: event,
    LANDFALL_MIGRATION: data.migration,
    LANDFALL_GUEST: data.guest,
    ...('outcome' in data ? { LANDFALL_OUTCOME: data.outcome } : {}),
  }
}

type End =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly code: string }

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'not-started', code: 'code' in error ? String(error.code) : 'error' }),
    )
    // Not 'close': a process that it left behind may hold its stderr.
    child.once('exit', (code, signal) =>
      resolve(code === null ? { kind: 'killed', signal: signal ?? 'a signal' } : { kind: 'exited', code }),
    )
  })
}

function wordsOf(end: End): string {
  switch (end.kind) {
    case 'exited':
      return `it ended with exit code ${end.code}`
    case 'killed':
      return `it was ended by ${end.signal}`
    case 'not-started':
      return `it could not be started (${end.code})`
  }
}

/** The program and all that it has started, but for what made a session of its own. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left of it.
  }
}

/** Read to the end, so that it never waits for a reader; only the last is kept. */
function lastWords({ stderr }: ChildProcess): () => string {
  let text = ''
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-mostWords)
  })
  return () => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
}
