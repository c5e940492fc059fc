import { serverError } from '../errors.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  /** The cursor of the next page; null behind the last. */
  readonly next: string | null
}

/**
 * A page of what is listed newest first. The cursor is the ID of the last one that was seen, so that what is added meanwhile
 * shifts nothing.
 *
 * @throws LandfallError `bad-request` for a cursor that is none
 */
export function paged<Item extends { readonly id: string }>(
  all: readonly Item[],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Page<Item> {
  const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1
  if (cursor !== undefined && from === 0) {
    throw serverError(
      'bad-request',
      'the cursor is none of this list',
      'Use "next" of the page before, as it was given',
    )
  }
  const items = all.slice(from, from + limit)
  const last = items.at(-1)
  return { items, next: from + limit < all.length && last !== undefined ? last.id : null }
}
