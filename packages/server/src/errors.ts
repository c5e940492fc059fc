import type { ServerErrorCode } from '@landfall/api'
import type { Advice } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import { LibvirtClientError } from '@landfall/libvirt'

/** A coded error of this room; what each code means stands in the api. */
export function serverError(code: ServerErrorCode, message: string, next: Advice, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}

/** Of a host that is silent, or too busy: which one is in the words of the error. */
const unheard: readonly string[] = ['LIBVIRT_CONNECT_FAILED', 'LIBVIRT_CONNECTION_LOST', 'LIBVIRT_TIMEOUT']

/**
 * The error as a caller may read it. What we threw on purpose is told as it is; of anything else only that it happened, for it
 * may name what is nobody's business.
 */
export function tellable(error: unknown): LandfallError {
  if (error instanceof LandfallError) return error
  if (error instanceof LibvirtClientError && unheard.includes(error.code)) {
    const [why = ''] = error.message.split('\n', 1)
    return serverError(
      'host-unreachable',
      `a host did not answer: ${why}`,
      'See whether its libvirtd runs, and how busy it is',
      error,
    )
  }
  return new LandfallError('internal', 'something inside the service went wrong', {
    next: 'Its log says more, under the same request id',
    cause: error,
  })
}
