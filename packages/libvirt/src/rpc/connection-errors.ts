import { LibvirtClientError } from '../errors.ts'
import type { MessageHeader } from './message.ts'

/** The connection is gone, and nobody asked for that. */
export const lost = (message: string, cause?: Error): LibvirtClientError =>
  new LibvirtClientError('LIBVIRT_CONNECTION_LOST', message, cause === undefined ? undefined : { cause })

/** The caller gave a signal and stopped waiting; the daemon carries on. */
export const aborted = (procedureName: string, signal: AbortSignal): LibvirtClientError =>
  new LibvirtClientError('LIBVIRT_ABORTED', `${procedureName}: the caller stopped waiting`, { cause: signal.reason })

/** The daemon sent what the protocol does not allow. */
export const badMessage = (header: MessageHeader, what: string): LibvirtClientError =>
  new LibvirtClientError(
    'LIBVIRT_BAD_BYTES',
    `${what} (program 0x${header.program.toString(16)}, procedure ${header.procedure}, type ${header.type}, serial ${header.serial})`,
  )
