/** Statuses of a migration that is over; every other still touches its hosts. */
const over: ReadonlySet<string> = new Set([
  'completed',
  'confirmed',
  'reverted',
  'failed',
  'error',
  'cancelled',
  'done',
  'finished',
])

/** "2 migrations: running, queued" of `openstack server migration list -f json`; null where none is on its way. */
export function touchesIn(answer: unknown): string | null {
  if (!Array.isArray(answer)) return 'Nova does not say: its answer is no list'
  const statuses = answer.map((each: unknown) =>
    typeof each === 'object' && each !== null && 'Status' in each ? String(each.Status) : 'unknown',
  )
  // A cold migration that waits for its confirmation has nothing on its way.
  const open = statuses.filter((status) => !over.has(status.toLowerCase()))
  return open.length === 0
    ? null
    : `${open.length === 1 ? 'a migration' : `${open.length} migrations`}: ${open.join(', ')}`
}
