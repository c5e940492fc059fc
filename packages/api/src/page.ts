/** Which part of a list is wanted. */
export interface PageRequest {
  /** `next` of the page before; the list's beginning where absent. */
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A part of what is listed newest first. What is added meanwhile shifts nothing. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** The cursor of the next page; null behind the last. */
  readonly next: string | null
}

/** As many as a page of a service may have. */
export const mostOfPage = 500

/** The whole of a list, page by page. */
export async function everyItem<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await read({ cursor, limit: mostOfPage })
    items.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return items
}
