import { spawn } from 'node:child_process'

import { LabError } from '../errors.ts'

export interface RunOptions {
  readonly input?: string
  readonly signal?: AbortSignal | undefined
  /** The command is killed when it takes longer; 60 s unless told. */
  readonly deadlineMs?: number
  /** What a command is stopped with, by the signal or its deadline; SIGKILL unless told. */
  readonly killSignal?: NodeJS.Signals
  readonly environment?: Readonly<Record<string, string>>
  /** Each line that the command prints, as it comes. */
  readonly onLine?: (line: string) => void
}

export interface RunResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end and returns its status and output; rejects only when it could not run or was stopped. */
export async function tryRun(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program, ...args] = command
  if (program === undefined) throw new TypeError('a command needs a program')
  const deadlineMs = options.deadlineMs ?? 60_000
  const deadline = AbortSignal.timeout(deadlineMs)
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
  const child = spawn(program, args, {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...options.environment },
    signal,
    killSignal: options.killSignal ?? 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  if (options.onLine !== undefined) for (const stream of [child.stdout, child.stderr]) eachLine(stream, options.onLine)
  // A command that ends without reading its input is no fault here: its status tells.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const text = command.join(' ')
      if (options.signal?.aborted) reject(new LabError('aborted', `stopped on request: ${text}`, { cause }))
      else if (deadline.aborted)
        reject(new LabError('deadline-passed', `still not done after ${deadlineMs} ms: ${text}`, { cause }))
      else reject(new LabError('command-failed', `cannot run ${program}: ${cause.message}`, { cause }))
    })
    child.once('close', (code) => resolve({ status: code ?? 255, stdout, stderr }))
  })
}

/** As `tryRun`, but a status other than 0 rejects with `command-failed`. Returns what it printed. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  return succeeded(command, await tryRun(command, options))
}

/** What a command printed, if its status is 0. */
export function succeeded(command: readonly string[], result: RunResult): string {
  if (result.status !== 0) {
    const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-6).join(' | ')
    throw new LabError('command-failed', `${command.join(' ')}: status ${result.status}: ${said}`)
  }
  return result.stdout
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
