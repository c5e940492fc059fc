import { LandfallError } from '@landfall/core'

/** Whether no answer of Nova's came, so that what was asked may have been taken or not. */
export const isNovaAway = (error: unknown): error is LandfallError =>
  error instanceof LandfallError && error.code === 'nova-unreachable'
