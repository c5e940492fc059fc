import type { ServerErrorCode } from '@landfall/api'
import type { Advice } from '@landfall/core'
import { LandfallError } from '@landfall/core'

/** A coded error of this room; what each code means stands in the api. */
export function serverError(code: ServerErrorCode, message: string, next: Advice, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}
