import type { Duplex } from 'node:stream'
import { LibvirtClientError } from '../errors.ts'
import type { ConnectionUri } from '../config/uri.ts'
import { connectFailed } from './connect-failed.ts'
import { connectSocket } from './connect-socket.ts'
import type { TransportOptions } from './transport-options.ts'

/** The paths to try, in order: the URI's own, else the driver's modular daemon, else the monolithic one. */
export const unixSocketPaths = (
  uri: ConnectionUri,
  readOnly: boolean,
  runtimeDirectory: string | undefined,
): string[] => {
  const named = uri.parameters.get('socket')
  if (named !== undefined) return [named]
  const suffix = readOnly ? '-ro' : ''
  const isSession = uri.path === '/session'
  if (isSession && runtimeDirectory === undefined) {
    throw new LibvirtClientError(
      'LIBVIRT_BAD_URI',
      'a session URI needs XDG_RUNTIME_DIR, or its socket named by ?socket=PATH',
    )
  }
  const directory = isSession ? `${runtimeDirectory}/libvirt` : '/var/run/libvirt'
  const modular = `${directory}/virt${uri.driver}d-sock${isSession ? '' : suffix}`
  const monolithic = `${directory}/libvirt-sock${isSession ? '' : suffix}`
  const mode = uri.parameters.get('mode')
  if (mode === 'direct') return [modular]
  if (mode === 'legacy') return [monolithic]
  return [modular, monolithic]
}

export const openUnix = async (uri: ConnectionUri, { readOnly, signal }: TransportOptions): Promise<Duplex> => {
  const paths = unixSocketPaths(uri, readOnly, process.env['XDG_RUNTIME_DIR'])
  let lastError: unknown
  for (const path of paths) {
    try {
      return await connectSocket({ path }, signal)
    } catch (error) {
      lastError = error
      if (signal.aborted) break
    }
  }
  throw connectFailed(paths.join(' or '), lastError, 'is the daemon running, and may this user use its socket?')
}
