import type { DriverIdentity } from './driver-identity.ts'
import type { MigrationEntry } from './entry.ts'

/**
 * Another living driver that a journal names; null for none. Who takes a migration over has written so before it looks: of two
 * that do at the same moment at least one sees the other, and leaves it. Pure.
 */
export function otherDriver(
  entries: readonly MigrationEntry[],
  own: DriverIdentity,
  isAlive: (driver: DriverIdentity) => boolean,
): DriverIdentity | null {
  const drivers = entries.flatMap((entry) => (entry.kind === 'begun' || entry.kind === 'adopted' ? [entry.driver] : []))
  const isOwn = ({ pid, startTicks, bootId }: DriverIdentity): boolean =>
    pid === own.pid && startTicks === own.startTicks && bootId === own.bootId
  return drivers.find((driver) => !isOwn(driver) && isAlive(driver)) ?? null
}
