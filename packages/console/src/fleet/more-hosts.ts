import type { HostStatus } from '@landfall/api'

/** What is said of hosts that a table has no room for: silent ones are counted, since "answers" would hide them. Pure. */
export function moreHostsWords(hosts: readonly Pick<HostStatus, 'reachable'>[]): string {
  const silent = hosts.filter(({ reachable }) => !reachable).length
  const said = hosts.length === 1 ? '1 more host' : `${hosts.length} more hosts`
  if (silent === 0) return hosts.length === 1 ? `${said} answers` : `${said} answer`
  return silent === hosts.length ? `${said}, silent` : `${said}, ${silent} of them silent`
}
