/**
 * Landfall's rooms behind every door: hosts and inventory, preflight, and the life of a migration.
 *
 * @module
 */
export { Landfall } from './landfall.ts'
export type { LandfallOptions, MigrateOptions, WatchedMove } from './landfall.ts'
export { serverErrorFamilies } from './errors.ts'
export type { ServerErrorCode } from './errors.ts'
export { findHosts } from './hosts/find-hosts.ts'
export type { HostSources } from './hosts/find-hosts.ts'
export type { Host, HostList } from './hosts/host.ts'
export type { WishChange } from './intent/change-wishes.ts'
export { readWishChange } from './intent/change-wishes.ts'
export type { GuestForIntent, GuestIntent, IntentPlaces } from './intent/intent-for-guest.ts'
export { intentForGuest } from './intent/intent-for-guest.ts'
export type { IntentConfig } from './intent/intent-config.ts'
export type { Confirmed } from './kept/confirm.ts'
export type { KeptMark } from './kept/kept-mark.ts'
export type { HostStatus } from './inventory/host-status.ts'
export type { Instance } from './inventory/instance.ts'
export { JournalFolder } from './journal/journal.ts'
export type { JournalStory } from './journal/journal-entry.ts'
export type { KeptSample } from './journal/kept-samples.ts'
export type { PastMove } from './history/past-move.ts'
export { findPastMove, listPastMoves } from './history/past-move.ts'
export type { GuestMeasurement, GuestMeter, GuestSpeed, MigrationReport } from './migration/migration-report.ts'
export type { IntentNews, IntentSource } from './migration/intent-source.ts'
export type { MigrationUpdate, OnUpdate } from './migration/progress.ts'
export type { RunningMove } from './move/live-move.ts'
export type { ConfigArgument } from './nova-config/config-files.ts'
export { followNovaConfig } from './nova-config/follow-nova-config.ts'
export type { NovaConfig, SizedGuest } from './nova-config/read-nova-config.ts'
export { readNovaConfig } from './nova-config/read-nova-config.ts'
export type { MovePlan, MoveRequest } from './move/plan-move.ts'
export type { Finding } from './preflight/check.ts'
export { versionText } from './preflight/check.ts'
export type { Examination, ExamineOptions } from './doctor/examine.ts'
export { configProblems, examine, hasFindings, hasTrouble } from './doctor/examine.ts'
export type { HypervisorsGiven } from './doctor/find-hypervisors.ts'
export { findHypervisors } from './doctor/find-hypervisors.ts'
export type { HostMaterial, HostSpec } from './doctor/host-material.ts'
export type { PlannedWrite, WritePlan, WrittenFile } from './doctor/plan-writes.ts'
export { carryOut, planWrites } from './doctor/plan-writes.ts'
// What the doctor's answers are made of: the command line prints them, and has no words of nova's of its own.
export type {
  Advice,
  AdvisedChange,
  Cause,
  Change,
  CurvePoint,
  FleetAudit,
  FleetOption,
  FleetValue,
  HostRemark,
  Lack,
  LandfallAdvice,
  LandfallInstead,
  LogPlace,
  MigrationFinding,
  Release,
  Setting,
  Unreadable,
} from '@landfall/nova'
export { changeToMake, differingOptions, whoLacks, parseRelease, readSetting, releaseName } from '@landfall/nova'
