/** Does it for each, so many at a time; a place that becomes free is taken at once. The first error is thrown when none runs any more. */
export async function several<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await act(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  for (const each of ended) if (each.status === 'rejected') throw each.reason
  return results
}
