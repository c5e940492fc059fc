import { spawn } from 'node:child_process'
import type { SshTarget } from '../hosts/host-material.ts'
import { sshArguments, SshError } from '../ssh/ssh-source.ts'

export interface ShellAnswer {
  readonly code: number | null
  readonly stdout: string
  /** What it complained about; its last line. */
  readonly complaint: string
}

const mostBytes = 8 * 2 ** 20

/** Runs a script for `sh -s` on a host. @throws SshError where the host could not be reached, or the connection broke */
export async function runOnHost(
  target: SshTarget,
  script: string,
  signal: AbortSignal,
  program = 'ssh',
): Promise<ShellAnswer> {
  const child = spawn(program, sshArguments(target), { stdio: ['pipe', 'pipe', 'pipe'], signal })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < mostBytes) stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-8192)
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(script)
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject)
  child.on('close', resolve)
  let code: number | null
  try {
    code = await promise
  } catch (error) {
    throw new SshError(`${program} cannot be started: ${error instanceof Error ? error.message : String(error)}`)
  }
  const complaint = stderr.split('\n').findLast((line) => line.trim() !== '') ?? ''
  // ssh's own; a script of ours never ends with it. Null: ssh was killed.
  if (code === 255 || code === null) throw new SshError(complaint === '' ? 'the connection broke off' : complaint)
  return { code, stdout, complaint }
}
