import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))

/** A command of Landfall's that runs, and what it has said. */
export interface Running {
  readonly child: ChildProcess
  /** What it printed, without colours, by line. */
  readonly told: () => string
  readonly printed: () => string
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts a command of Landfall's on the hosts of a laboratory. */
export function landfall(hostsFile: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args, '--config', hostsFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let told = ''
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  const ended = once(child, 'close').then(() => child.exitCode)
  return { child, told: () => told, printed: () => printed, ended }
}

/** Tells it to end, and waits for that. */
export async function end({ child, ended }: Running, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  child.kill(signal)
  await ended
}

/** What a report has that is asked here; `--json` prints it. */
export interface Report {
  readonly outcome: string
  readonly reason: { readonly code: string; readonly message: string }
  readonly strategy: string
  readonly totalTimeMs: number
  readonly downtimeMs: number | null
  readonly longestStallMs: number | null
  readonly lostWorkSeconds: number | null
  readonly passes: number
  readonly maxThrottlePercent: number
  readonly nova?: { readonly status: string | null; readonly host: string | null; readonly state: string | null }
}

/** The last report that it printed; null where there was none. */
export function reportOf(printed: string): Report | null {
  for (const text of [printed, ...printed.trim().split('\n').toReversed()]) {
    try {
      const read = JSON.parse(text) as Partial<Report>
      if (read.outcome !== undefined) return read as Report
    } catch {
      // Not JSON: another line may be.
    }
  }
  return null
}

/** Whether it has shown that the guest is copied: a plan speaks of passes as well. */
export const showsCopying = ({ told }: Running): boolean => /\d+ m?s {2}pass \d+ {2}/.test(told())
