import { LibvirtClientError, parseUri } from '@landfall/libvirt'

/** What keeps a text from being the URI of a host's libvirt; null where nothing does. */
export function uriProblem(text: string): string | null {
  if (!/^qemu[+:]/i.test(text)) return `"${text}" is not the URI of a host with QEMU, like qemu+ssh://host1/system`
  try {
    parseUri(text)
    return null
  } catch (error) {
    if (error instanceof LibvirtClientError) return error.message
    throw error
  }
}

/** As {@link uriProblem}, of one that the other hosts open, whose libvirt has transports that ours has not. */
export const peerUriProblem = (text: string): string | null =>
  /^qemu\+(ext|libssh2?):\/\/[^/]/i.test(text) ? null : uriProblem(text)
