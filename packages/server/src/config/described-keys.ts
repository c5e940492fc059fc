import type { z } from 'zod'

/** A key of a table of the configuration file, as the manual tells it. */
export interface DescribedKey {
  readonly key: string
  /** Null where nothing holds unless it is set. */
  readonly byDefault: string | null
  readonly meaning: string
}

/** Every key of that table that has a meaning of its own, in its order. Pure. */
export const describedKeys = ({ shape }: z.ZodObject): readonly DescribedKey[] =>
  Object.entries(shape).flatMap(([key, schema]) => {
    const { description } = schema as z.ZodType
    if (description === undefined) return []
    const read = (schema as z.ZodType).safeParse(undefined)
    const byDefault = read.success && read.data !== undefined ? JSON.stringify(read.data) : null
    return [{ key, byDefault, meaning: description }]
  })
