import type { RefusalCode } from '../errors/errors.ts'
import type { reasonOf, Strategy } from '../forecast/forecast.ts'

/** Because a strategy costs least; because it was asked for, or nothing better is known; or why none will do. */
export type PlanReasonCode =
  | (typeof reasonOf)[Strategy]
  | 'decide-from-passes'
  | 'post-copy-was-asked'
  | 'cold-was-asked'
  | RefusalCode
