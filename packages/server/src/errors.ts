import type { ServerErrorCode } from '@landfall/api'
import { LandfallError } from '@landfall/core'

/** A coded error of this room; what each code means stands in the api. */
export function serverError(code: ServerErrorCode, message: string, next: string, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}
