import { randomBytes } from 'node:crypto'

/**
 * `20261123T190501Z-web1-3fa90c1e`: sorts by time, names the guest, and is safe as a file name. So much chance that a guest which
 * is sent to and fro a hundred times a second does not get the same one twice: with two bytes it did, within seconds.
 */
export function migrationId(guestName: string, now: Date, random: Buffer = randomBytes(4)): string {
  const time = now
    .toISOString()
    .replaceAll(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z')
  const guest = guestName.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 64)
  return `${time}-${guest}-${random.toString('hex')}`
}
