import type { MigrationFinding } from '../finding.ts'

/** Which option says over what network guests come in; Liberty has none. */
export const inboundAddress = (releases: MigrationFinding['releases']): string =>
  releases !== null && releases.newest < 13
    ? 'the name in live_migration_uri (live_migration_inbound_addr from Mitaka on)'
    : 'live_migration_inbound_addr'
