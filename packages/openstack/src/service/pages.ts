import { z } from 'zod'
import { OpenStackClientError } from '../errors.ts'
import type { CallOptions, ServiceClient } from './service-client.ts'

export interface Listing<Item> {
  readonly path: string
  /** The key of the list in an answer: `servers`. */
  readonly key: string
  /** Where an answer links the next page; `KEY_links` unless told. */
  readonly linksKey?: string | undefined
  readonly item: z.ZodType<Item>
  /** What the service takes as the place to go on from. */
  readonly marker: (item: Item) => string
  readonly options?: CallOptions | undefined
  /** How many a page; the service's own choice unless told. */
  readonly pageSize?: number | undefined
}

const linksSchema = z.array(z.object({ rel: z.string() })).default([])

/**
 * Every item of a list, page by page, for as long as the service says that there are more. Pages are asked for by the last
 * item's marker and not by the link, which may name a host that only the cloud knows.
 */
export async function* pages<Item>(client: ServiceClient, listing: Listing<Item>): AsyncGenerator<Item, void> {
  const { path, key, linksKey = `${key}_links`, item, marker, options = {}, pageSize } = listing
  const page = z.object({ [key]: z.array(item), [linksKey]: linksSchema }) as z.ZodType<Record<string, unknown>>
  let from: string | undefined
  for (;;) {
    const query = { ...options.query, limit: pageSize, marker: from }
    const read = await client.read(page, 'GET', path, { ...options, query })
    // Both keys were read by the schema above.
    const items = read[key] as readonly Item[]
    const links = read[linksKey] as z.infer<typeof linksSchema>
    yield* items
    const last = items.at(-1)
    if (last === undefined || !links.some(({ rel }) => rel === 'next')) return
    const next = marker(last)
    if (next === from)
      throw new OpenStackClientError('OPENSTACK_BAD_ANSWER', `${path}: the same page comes again and again (${next})`)
    from = next
  }
}

/** All of them at once. */
export async function listAll<Item>(client: ServiceClient, listing: Listing<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of pages(client, listing)) items.push(item)
  return items
}
