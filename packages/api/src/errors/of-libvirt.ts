import { LandfallError } from '@landfall/core'

/** What a client of libvirt says of a daemon that is silent, or too busy. */
const unheard: readonly string[] = ['LIBVIRT_CONNECT_FAILED', 'LIBVIRT_CONNECTION_LOST', 'LIBVIRT_TIMEOUT']

/** Something else holds the guest, or the daemon: that passes. */
const busy: readonly string[] = ['VIR_ERR_OPERATION_TIMEOUT', 'VIR_ERR_RESOURCE_BUSY']

/** Its words may quote a guest's XML, which is nobody's business. */
const quotesXml = 'LIBVIRT_BAD_XML'

/**
 * An error of a connection to libvirt where a host was not heard, as a caller is told it; null for any other. Which host it is, is in
 * its words.
 */
export function unheardHost(error: unknown): LandfallError | null {
  if (!isOfLibvirt(error) || !unheard.includes(error.code)) return null
  return new LandfallError('host-unreachable', `a host did not answer: ${firstLine(error)}`, {
    next: 'See whether its libvirtd runs, and how busy it is',
    cause: error,
  })
}

/**
 * Any error of libvirt, or of a connection to it, as a caller is told it by a service and in process alike; null for what is none.
 * Libvirt's own code stands in its words.
 */
export function toldOfLibvirt(error: unknown): LandfallError | null {
  const silent = unheardHost(error)
  if (silent !== null || !isOfLibvirt(error)) return silent
  const { code } = error
  const what = code === quotesXml ? 'what libvirt said of a guest or of its host cannot be read' : firstLine(error)
  return new LandfallError('libvirt-failed', `${what} (${code})`, {
    next: busy.includes(code)
      ? 'Ask again in a minute: something else is being done with the guest'
      : 'Look into the log of libvirtd (virtqemud) on that host',
    cause: error,
  })
}

/** By its shape: this room has nothing of libvirt's. */
const isOfLibvirt = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error &&
  ['LibvirtError', 'LibvirtClientError'].includes(error.name) &&
  'code' in error &&
  typeof error.code === 'string'

const firstLine = ({ message }: Error): string => message.split('\n', 1)[0] ?? ''
