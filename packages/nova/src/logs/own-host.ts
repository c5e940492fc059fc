/** Words in which a service names the host that it is itself on; never another's. */
const says: readonly RegExp[] = [
  /(?:^|[\s.])host += (\S+) log_opt_values/,
  // From the host that the database has to its own: on a former source of a cold migration it reads backwards.
  /During the sync_power process the instance has moved from host \S+ to host ([^\s,]+)/,
  /Auditing locally available compute resources for ([^\s(]+)/,
  /Compute_service record (?:updated|created) for ([^\s:]+)/,
  /resource view: name=(\S+)/,
]
/** What syslog and journald put before a line of the service. */
const wrapped =
  /^(?:<\d{1,3}>\d? ?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) ([A-Za-z0-9][\w.-]*) (?:nova-compute|ostackhost|pf9-ostackhost|nova_compute)\b/

/** What those begin with, or anything that was put before a line: of most lines it is seen at once that they name no host. */
const mayBegin = [
  'During the sync_power ',
  'Auditing ',
  'Compute_service ',
  'Final resource view',
  'host',
  'DEFAULT.host',
]

/** Whether a line may name its own host; `message` is what it says behind its prefix. */
export const mayNameHost = (line: string, message: string): boolean =>
  line.charCodeAt(10) !== 32 || mayBegin.some((start) => message.startsWith(start))

/** The host that a line of a log says it is of itself; null where it does not. */
export function ownHostIn(line: string): string | null {
  for (const pattern of says) {
    const found = pattern.exec(line)?.[1]
    if (found !== undefined && found !== 'None') return found
  }
  return wrapped.exec(line)?.[1] ?? null
}

/** The same of a piece of a log: what most of its first such lines say. */
export function ownHostOf(text: string): string | null {
  const counts = new Map<string, number>()
  let seen = 0
  for (const line of text.split('\n')) {
    const host = ownHostIn(line)
    if (host === null) continue
    counts.set(host, (counts.get(host) ?? 0) + 1)
    if (++seen === 50) break
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
