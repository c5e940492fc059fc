import { LibvirtClientError } from '../errors.ts'

/** A failure to reach the daemon, with what to look at. */
export const connectFailed = (where: string, cause: unknown, advice: string): LibvirtClientError => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new LibvirtClientError(
    'LIBVIRT_CONNECT_FAILED',
    `cannot connect to libvirt at ${where}: ${reason}; ${advice}`,
    { cause },
  )
}
