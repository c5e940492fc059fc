import type { HostStatus } from '@landfall/api'

/** What ssh ends with where its connection ended, or never began. */
const connectionEnded = 255

/**
 * The command line that runs a command on a host. Where libvirt is reached over ssh, the command goes the same way, with the user, the
 * port, the key file and the trust in the host's key that the URI names; else to the URI's host, or by the name that the host has
 * of itself.
 *
 * @example
 * ```
 * qemu+ssh://root@host1:2222/system?keyfile=/k   ssh -o BatchMode=yes -p 2222 -i /k -- root@host1 COMMAND
 * qemu+tls://host1/system                        ssh -o BatchMode=yes -- host1 COMMAND
 * ```
 */
export function overSsh(command: readonly string[], status: HostStatus): readonly string[] {
  const url = URL.parse(status.uri)
  // An IPv6 address stands between brackets in a URI, and without them before ssh.
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  const address = host !== '' ? host : status.reachable ? status.hostname : status.name
  const way = url?.protocol.endsWith('+ssh:') === true ? asTheUriSays(url) : { options: [], user: '' }
  // Behind two dashes neither an address nor a command is taken for an option.
  return ['ssh', '-o', 'BatchMode=yes', ...way.options, '--', `${way.user}${address}`, ...command]
}

function asTheUriSays({ port, username, searchParams }: URL): { readonly options: readonly string[]; user: string } {
  const keyFile = searchParams.get('keyfile')
  return {
    options: [
      ...(port === '' ? [] : ['-p', port]),
      ...(keyFile === null ? [] : ['-i', keyFile]),
      ...(searchParams.get('no_verify') === '1' ? ['-o', 'StrictHostKeyChecking=no'] : []),
    ],
    user: username === '' ? '' : `${decodeURIComponent(username)}@`,
  }
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null
  readonly signal: string | null
}

/**
 * Why a command counts as failed; null where it does not. A host that restarts takes the connection with it: whether it did restart is
 * then told by its silence.
 */
export function whyFailed({ code, signal }: ProgramEnd, mayLoseConnection: boolean): string | null {
  if (code === 0 || (code === connectionEnded && mayLoseConnection)) return null
  return code === null ? `it was ended by ${signal ?? 'a signal'}` : `the command ended with code ${code}`
}
