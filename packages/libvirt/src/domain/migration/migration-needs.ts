import { MigrateFlag } from '../../flags.ts'
import type { MigrateParams } from './migration-params.ts'

// What came after 6.0, the oldest release worth telling apart.
const paramSince: Partial<Readonly<Record<keyof MigrateParams, string>>> = {
  disksUri: '6.8.0',
  compressionZlibLevel: '9.4.0',
  compressionZstdLevel: '9.4.0',
  migrateDisksDetectZeroes: '10.9.0',
  bandwidthAvailSwitchoverMiBps: '11.1.0',
}

const flagSince: Partial<Readonly<Record<keyof typeof MigrateFlag, string>>> = {
  NON_SHARED_SYNCHRONOUS_WRITES: '8.0.0',
  POSTCOPY_RESUME: '8.5.0',
  ZEROCOPY: '8.5.0',
}

/** What of a migration only newer daemons know, with the libvirt release that first had it. */
export const migrationNeeds = (params: MigrateParams, flags: number): (readonly [string, string])[] => [
  ...Object.entries(paramSince)
    .filter(([name]) => params[name as keyof MigrateParams] !== undefined)
    .map(([name, since]) => [`the migration parameter ${name}`, since] as const),
  ...Object.entries(flagSince)
    .filter(([name]) => (flags & MigrateFlag[name as keyof typeof MigrateFlag]) !== 0)
    .map(([name, since]) => [`the migration flag ${name}`, since] as const),
]
