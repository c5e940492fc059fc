import { spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { LibvirtClientError } from '../errors.ts'
import type { ConnectionUri } from '../config/uri.ts'
import { connectFailed } from './connect-failed.ts'
import type { TransportOptions } from './transport-options.ts'
import { ProcessStream } from './process-stream.ts'

/**
 * The ssh command line for a URI: virt-ssh-helper where the other side has it (libvirt 6.8), else netcat on the daemon's socket.
 * `proxy=native` or `proxy=netcat` takes one only; `netcat=PATH` names the program, `socket=PATH` the socket.
 */
export const sshArguments = (uri: ConnectionUri, readOnly: boolean): string[] => {
  // A host that starts with a dash would be taken for an option, and options of ssh run commands.
  if (uri.host.startsWith('-') || uri.user?.startsWith('-') === true) {
    throw new LibvirtClientError('LIBVIRT_BAD_URI', 'a host or user of an ssh URI must not start with a dash')
  }
  const options = ['-T', '-e', 'none']
  if (uri.port !== undefined) options.push('-p', String(uri.port))
  if (uri.user !== undefined) options.push('-l', uri.user)
  const keyFile = uri.parameters.get('keyfile')
  if (keyFile !== undefined) options.push('-i', keyFile)
  if (uri.parameters.get('no_tty') === '1') options.push('-o', 'BatchMode=yes')
  if (uri.parameters.get('no_verify') === '1') options.push('-o', 'StrictHostKeyChecking=no')
  return [...options, '--', uri.host, remoteCommand(uri, readOnly)]
}

const remoteCommand = (uri: ConnectionUri, readOnly: boolean): string => {
  const proxy = uri.parameters.get('proxy') ?? 'auto'
  if (!['auto', 'native', 'netcat'].includes(proxy)) {
    throw new LibvirtClientError('LIBVIRT_BAD_URI', `proxy=${proxy} does not exist; use auto, native or netcat`)
  }
  const helper = `virt-ssh-helper ${readOnly ? '-r ' : ''}${shellQuoted(uri.daemonUri)}`
  const named = uri.parameters.get('socket')
  // Only the other side knows where a session's socket is.
  if (proxy === 'native' || (uri.path === '/session' && named === undefined)) return helper
  const program = shellQuoted(uri.parameters.get('netcat') ?? 'nc')
  const socket = shellQuoted(named ?? `/var/run/libvirt/libvirt-sock${readOnly ? '-ro' : ''}`)
  // Some netcats stay when their input ends unless they are told -q0, others do not know it.
  const netcat = `if ${program} -q 2>&1 | grep "requires an argument" >/dev/null 2>&1; then ARG=-q0; else ARG=; fi; ${program} $ARG -U ${socket}`
  // The helper finds the socket by itself: a named one is for netcat.
  const script =
    proxy === 'netcat' || named !== undefined
      ? netcat
      : `which virt-ssh-helper >/dev/null 2>&1; if test $? = 0; then ${helper}; else ${netcat}; fi`
  return `sh -c ${shellQuoted(script)}`
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The protocol over ssh's standard input and output. ssh asks nobody for a password: give it a key or an agent. */
export const openSsh = async (uri: ConnectionUri, { readOnly, signal }: TransportOptions): Promise<Duplex> => {
  const command = uri.parameters.get('command') ?? 'ssh'
  const where = `${uri.host} (ssh)`
  const child = spawn(command, sshArguments(uri, readOnly), { stdio: ['pipe', 'pipe', 'pipe'] })
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    signal.throwIfAborted()
    return new ProcessStream(child, command)
  } catch (cause) {
    child.kill()
    throw connectFailed(where, cause, 'is ssh installed?')
  }
}
