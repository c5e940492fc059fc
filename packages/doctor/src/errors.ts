import { LandfallError } from '@landfall/core'

/** What the caller named cannot be used, or not be written; nothing was changed. */
export type DoctorErrorCode = 'bad-config' | 'nothing-examined'

/** A coded error of this room. */
export function doctorError(code: DoctorErrorCode, message: string, next: string, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}
