/**
 * Landfall's rooms behind every door: hosts and inventory, preflight, and the life of a migration.
 *
 * @module
 */
export { Landfall } from './landfall.ts'
export type { LandfallOptions } from './landfall.ts'
export { findHosts } from './config/find-hosts.ts'
export type { HostSources } from './config/find-hosts.ts'
export type { Host } from './hosts/host.ts'
export type { HostList } from './config/find-hosts.ts'
export type { GuestForIntent, IntentPlaces } from './intent/intent-for-guest.ts'
export { intentForGuest } from './intent/intent-for-guest.ts'
export type { IntentConfig } from './intent/intent-config.ts'
export { openStore } from './store/open-store.ts'
export { exportStore } from './store/export-store.ts'
export type { ExportedEntry } from './store/export-store.ts'
export type { Removed, Retention } from './store/retention.ts'
export type { Store } from './store/store.ts'
export type { MigrationStory } from './store/story.ts'
export { findPastMigration } from './store/past-migration.ts'
export type { GuestMeasurement, GuestMeter } from './store/guest-meter.ts'
export type { IntentNews, IntentSource } from './intent/intent-source.ts'
export type { OnUpdate } from './run/progress.ts'
export type { RunningMigration } from './run/running-migration.ts'
export { followNovaConfig } from './intent/nova-config/follow-nova-config.ts'
export type { NovaConfig, SizedGuest } from './intent/nova-config/read-nova-config.ts'
export type { ConfigArgument } from '@landfall/nova'
export { readNovaConfig } from './intent/nova-config/read-nova-config.ts'
