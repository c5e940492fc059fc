import { LandfallError } from '@landfall/core'

/**
 * The error as a caller may read it. What we threw on purpose is told as it is; of anything else only that it happened, for it
 * may name what is nobody's business.
 */
export function tellable(error: unknown): LandfallError {
  if (error instanceof LandfallError) return error
  return new LandfallError('internal', 'something inside the service went wrong', {
    next: 'Its log says more, under the same request id',
    cause: error,
  })
}
