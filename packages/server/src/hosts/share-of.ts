/** A share from 0 to 1 that is a host's own, by its name: what is done to each host again and again is spread over time by it. Pure. */
export function shareOf(host: string): number {
  return Buffer.from(host).reduce((before, byte) => (before * 31 + byte) % 1009, 7) / 1008
}
