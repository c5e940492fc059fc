import type { ServerErrorCode } from '@landfall/api'
import { toldOfLibvirt } from '@landfall/api'
import type { Advice } from '@landfall/core'
import { LandfallError } from '@landfall/core'

/** A coded error of this room; what each code means stands in the api. */
export function serverError(code: ServerErrorCode, message: string, next: Advice, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}

/**
 * The error as a caller may read it. What we threw on purpose is told as it is, and so is what libvirt said; of anything else only
 * that it happened, for it may name what is nobody's business.
 */
export function tellable(error: unknown): LandfallError {
  if (error instanceof LandfallError) return error
  const ofLibvirt = toldOfLibvirt(error)
  if (ofLibvirt !== null) return ofLibvirt
  return new LandfallError('internal', 'something inside the service went wrong', {
    next: 'Its log says more, under the same request id',
    cause: error,
  })
}
