import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { doctorError } from '../errors.ts'
import type { SshTarget } from '../hosts/host-material.ts'
import { askForFiles, nothingThere, tarMark } from './ssh-script.ts'
import type { TarTaker } from '../files/tar-reader.ts'
import { TarError, TarReader } from '../files/tar-reader.ts'

/** Of what a host says on stderr; ssh's own complaint is the last line of it. */
const mostComplaintBytes = 8192

/** ssh://[user@]host[:port][/folder]. @throws LandfallError `bad-config` */
export function parseSshTarget(text: string): SshTarget {
  const match = /^ssh:\/\/(?:([\w.+-]+)@)?([\w.-]+|\[[0-9A-Fa-f:.%\w]+\])(?::(\d{1,5}))?(\/.*)?$/.exec(text)
  const [, user, host = '', port, folder = '/'] = match ?? []
  // Behind a dash ssh would read an option.
  if (match === null || host.startsWith('-') || user?.startsWith('-') === true || /[\0\r\n]/.test(folder)) {
    throw doctorError(
      'bad-config',
      `"${text}" is no ssh address`,
      'Write ssh://user@host, ssh://host:2222 or ssh://host/root-of-its-files',
    )
  }
  const name = host.replace(/^\[|\]$/g, '')
  return {
    destination: user === undefined ? name : `${user}@${name}`,
    port: port === undefined ? null : Number(port),
    folder,
  }
}

/** The arguments of ssh: never a question, no agent, nothing forwarded, and a host that is silent is given up. */
export function sshArguments({ destination, port }: SshTarget): readonly string[] {
  return [
    '-T',
    '-x',
    ...[
      'BatchMode=yes',
      'ConnectTimeout=15',
      'ServerAliveInterval=15',
      'ServerAliveCountMax=4',
      'ClearAllForwardings=yes',
    ].flatMap((option) => ['-o', option]),
    ...(port === null ? [] : ['-p', String(port)]),
    '--',
    destination,
    'sh -s',
  ]
}

/** What could not be had of a host; one line. */
export class SshError extends Error {}

/**
 * The files of a host, by one run of the system's ssh, as the user's own configuration of it says.
 *
 * @throws SshError
 */
export async function readOverSsh(
  target: SshTarget,
  taker: TarTaker,
  signal: AbortSignal,
  program = 'ssh',
  withLogs = true,
): Promise<readonly string[]> {
  const child = spawn(program, sshArguments(target), { stdio: ['pipe', 'pipe', 'pipe'], signal })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-mostComplaintBytes)
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  // Awaited below; until then a rejection is no accident.
  closed.catch(() => undefined)
  child.stdin.on('error', () => undefined)
  child.stdin.end(askForFiles(target.folder, withLogs))
  const reader = new TarReader(taker)
  let broken: TarError | null = null
  let sawMark = false
  let head = Buffer.alloc(0)
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      if (sawMark) {
        await reader.write(piece)
        continue
      }
      head = Buffer.concat([head, piece])
      const at = head.indexOf(tarMark)
      if (at < 0) {
        head = head.subarray(Math.max(0, head.length - tarMark.length))
        continue
      }
      sawMark = true
      await reader.write(head.subarray(at + tarMark.length))
    }
    if (sawMark) reader.end()
  } catch (error) {
    if (!(error instanceof TarError)) throw error
    broken = error
    child.kill()
  }
  const code = await closed.then(
    ([exitCode]) => exitCode,
    (error: unknown) => {
      throw new SshError(
        error instanceof Error ? `${program} cannot be started: ${error.message}` : 'ssh cannot be started',
      )
    },
  )
  const lines = complaint.split('\n').filter((line) => line.trim() !== '')
  if (code === nothingThere)
    throw new SshError(`there is no configuration and no log of nova-compute below ${target.folder}`)
  // tar's 1: a file grew while it was read, as logs do.
  const whole = sawMark && broken === null && (code === 0 || code === 1)
  if (!whole) throw new SshError(oneLine(lines.at(-1) ?? broken?.message ?? `ssh ended with ${String(code)}`))
  return lines.filter((line) => line.startsWith('landfall: ')).map((line) => line.slice('landfall: '.length))
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
