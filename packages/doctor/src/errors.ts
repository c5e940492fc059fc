import { LandfallError } from '@landfall/core'

/** The codes of this room, by family: what the caller named cannot be used, or not be written; nothing was changed. */
export const doctorErrorFamilies = { input: ['bad-config'] } as const

export type DoctorErrorCode = (typeof doctorErrorFamilies)['input'][number]

/** A coded error of this room. */
export function doctorError(code: DoctorErrorCode, message: string, next: string, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}
