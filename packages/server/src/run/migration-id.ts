import { randomBytes } from 'node:crypto'

/**
 * `20261123T190501Z-web1-3fa9`: sorts by time, names the guest, and is safe as a file name.
 */
export function migrationId(guestName: string, now: Date, random: Buffer = randomBytes(2)): string {
  const time = now
    .toISOString()
    .replaceAll(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z')
  const guest = guestName.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 64)
  return `${time}-${guest}-${random.toString('hex')}`
}
