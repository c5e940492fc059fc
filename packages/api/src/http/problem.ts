import type { Advice } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import { answerTo } from '../errors/errors.ts'

/** An error on the wire (RFC 9457): `application/problem+json`. */
export interface Problem {
  /** `urn:landfall:error:unknown-guest`: a name, not a page. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** What to do about it, in words with actions between them; null where nothing can be said. */
  readonly next: Advice | null
  readonly code: string
}

const prefix = 'urn:landfall:error:'

/** An error that may be told as it is: it is one of ours, and names no secret. */
export function problemOf({ code, message, next }: Pick<LandfallError, 'code' | 'message' | 'next'>): Problem {
  const [detail = ''] = message.split('\n', 1)
  const { httpStatus: status } = answerTo(code)
  return { type: prefix + code, title: code.replaceAll('-', ' '), status, detail, next: next ?? null, code }
}

/** The error that such an answer stands for. */
export function errorOf({ code, detail, next }: Pick<Problem, 'code' | 'detail' | 'next'>): LandfallError {
  return new LandfallError(code, detail, next === null ? {} : { next })
}

export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'next' in value &&
    (value.next === null || typeof value.next === 'string' || Array.isArray(value.next))
  )
}
