import { z } from 'zod'

/**
 * A time, as a `Date`. Nova writes some without a zone (`2026-11-28T12:37:38.000000`); all of them are UTC.
 */
export const time = z.string().transform((text, context) => {
  const at = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  if (!Number.isNaN(at.getTime())) return at
  context.addIssue({ code: 'custom', message: `"${text}" is no time` })
  return z.NEVER
})

/** Null where the service gave none, or does not tell this user. */
export const orNull = <Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema> | null> =>
  schema.nullish().transform((value) => value ?? null)

/** One of the known words, else `unknown`; what was sent is kept beside it by whoever reads it. */
export const knownOr = <const Word extends string>(words: readonly Word[], sent: string): Word | 'unknown' =>
  words.find((word) => word === sent) ?? 'unknown'

/** Words in Nova's texts that are the same as nothing. */
export const textOrNull = orNull(z.string()).transform((text) => (text === '' ? null : text))
