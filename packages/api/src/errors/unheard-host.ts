import { LandfallError } from '@landfall/core'

/** What a client of libvirt says of a daemon that is silent, or too busy. */
const unheard: readonly string[] = ['LIBVIRT_CONNECT_FAILED', 'LIBVIRT_CONNECTION_LOST', 'LIBVIRT_TIMEOUT']

/**
 * An error of a connection to libvirt, as a caller is told it by a service and in process alike, where a host was not heard; null for any
 * other. Known by its shape: this room has nothing of libvirt's. Which host it is, is in its words.
 */
export function unheardHost(error: unknown): LandfallError | null {
  if (!(error instanceof Error && error.name === 'LibvirtClientError' && 'code' in error)) return null
  if (typeof error.code !== 'string' || !unheard.includes(error.code)) return null
  const [why = ''] = error.message.split('\n', 1)
  return new LandfallError('host-unreachable', `a host did not answer: ${why}`, {
    next: 'See whether its libvirtd runs, and how busy it is',
    cause: error,
  })
}
