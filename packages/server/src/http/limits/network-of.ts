import { isIPv6 } from 'node:net'

/**
 * Whose requests are counted together: an address of IPv4, or the first half of one of IPv6, for whoever has one of those has all that
 * begin alike. Pure.
 *
 * Worked example: `2001:db8::1` and `2001:db8::2:3` are both of `2001:db8:0:0::/64`; `::ffff:192.0.2.1` is `192.0.2.1`.
 */
export function networkOf(address: string): string {
  const [, ofIPv4] = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address) ?? []
  if (ofIPv4 !== undefined) return ofIPv4
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return address
  const [before = [], behind] = plain.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  // What was left out is zeros.
  const zeros = Array.from({ length: behind === undefined ? 0 : 8 - before.length - behind.length }, () => '0')
  const groups = [...before, ...zeros, ...(behind ?? [])].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
