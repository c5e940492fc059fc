/**
 * OpenStack's words, pure: configuration as oslo.config reads it, Nova's live-migration options and rules by release.
 *
 * @module
 */
export type { Adoption, MigrationRecordOfNova, OutgoingJob } from './beside/adoption.ts'
export { adoption } from './beside/adoption.ts'
export type { Difference, GuestPlace, InstanceOfNova } from './beside/agreement.ts'
export { differences } from './beside/agreement.ts'
export type { Heartbeat } from './beside/heartbeat.ts'
export {
  heard,
  isWatched,
  mayBeWatched,
  noHeartbeatYet,
  silentForMs,
  unheardForMs,
  withoutMonitor,
} from './beside/heartbeat.ts'
export type { RunningDifference, WhileRunning } from './beside/while-running.ts'
export { differencesWhileRunning } from './beside/while-running.ts'
export type { MissingOption } from './beside/missing-options.ts'
export { missingOptions } from './beside/missing-options.ts'
export type { AllocationFacts, HeldProvider } from './beside/repair/healed-allocations.ts'
export type {
  RepairFacts,
  RepairHost,
  RepairName,
  RepairRecord,
  RepairStep,
  RepairVerdict,
} from './beside/repair/repair-facts.ts'
export { repairNames } from './beside/repair/repair-facts.ts'
export { repairs } from './beside/repair/repairs.ts'
export type { AdvisedChange, ChangeToMake } from './fleet/advised-changes.ts'
export { advisedChanges, changeToMake } from './fleet/advised-changes.ts'
export type { FleetAudit, FleetHost, FleetOption, FleetValue } from './fleet/fleet-audit.ts'
export { auditFleet, differingOptions } from './fleet/fleet-audit.ts'
export type { HostConfig, HostRemark, HostSources } from './fleet/host-config.ts'
export { readHostConfig, valueOn } from './fleet/host-config.ts'
export { readSetting } from './fleet/read-setting.ts'
export type { Lack } from './fleet/who-lacks.ts'
export { whoLacks } from './fleet/who-lacks.ts'
export type { ConfigArgument } from './oslo/config-directory.ts'
export { configNamesIn } from './oslo/config-directory.ts'
export type { EditedIni, Setting } from './oslo/edit-ini.ts'
export { setOption, UnwritableError } from './oslo/edit-ini.ts'
export { IniError } from './oslo/parse-ini.ts'
export type { ConfigFinding, FindingsInput } from './oslo/findings.ts'
export { configFindings } from './oslo/findings.ts'
export type { OptionSpec, OptionType, OptionValue } from './oslo/option-spec.ts'
export { ConfigFileError, readOslo } from './oslo/read-oslo.ts'
export type { ConfigSource, Origin, OsloInput, Reading } from './oslo/read-oslo.ts'
export { intentFromConfig, optionOfField, originInWords } from './obey/intent-from-config.ts'
export type { GuestSize, MostAtOnce, ObeyedConfig, ObeyedOption } from './obey/intent-from-config.ts'
export { novaWayFromConfig, scheduleFromConfig } from './obey/schedule-from-config.ts'
export { newestRelease, oldestRelease, parseRelease, releaseName, releases } from './options/release.ts'
export type { Release } from './options/release.ts'
export { novaOptions, optionsOf } from './options/schema.ts'
export type { NovaOption, OptionPeriod } from './options/nova-option.ts'
export { effectOf } from './rules/option-effect.ts'
export { takesEffect } from './rules/takes-effect.ts'
export type { EffectContext } from './rules/option-effect.ts'
export { completionTimeoutS, dataGiB, downtimeAfter, downtimeSchedule, timeoutInWords } from './rules/schedule.ts'
export type { DowntimeSettings, DowntimeStep } from './rules/schedule.ts'
export type { Kind, LogEvent, Said, ServiceEvent } from './logs/events.ts'
export type { HostLog } from './logs/host-log.ts'
export { HostLogReader } from './logs/host-log-reader.ts'
export { ownHostOf } from './logs/own-host.ts'
export type { DiagnoseOptions } from './diagnosis/diagnose.ts'
export { diagnose } from './diagnosis/diagnose.ts'
export type {
  Act,
  Cause,
  CauseCode,
  CurvePoint,
  Explained,
  GuestFate,
  LogPlace,
  MigrationFinding,
  MigrationOutcome,
  Orphan,
  Unreadable,
} from './diagnosis/finding.ts'
export type { Advice, AdviceOptions, Change, OptionToSet } from './diagnosis/advice/advice.ts'
export { adviceFor } from './diagnosis/advice/advice.ts'
export type { WrittenByHost } from './diagnosis/advice/written-options.ts'
export { writtenOptions } from './diagnosis/advice/written-options.ts'
export type { ThrottleCost, ThrottleLevel } from './diagnosis/advice/auto-converge.ts'
export type { LandfallAdvice, LandfallInstead } from './diagnosis/advice/landfall-instead.ts'
export type { Meaning } from './diagnosis/meanings/meaning.ts'
export type { Side } from './diagnosis/side.ts'
export { meanings } from './diagnosis/meanings/meanings.ts'
export type { ReleaseRange } from './diagnosis/settings/releases.ts'
export { both, releasesOfAll, releasesOfLog } from './diagnosis/settings/releases.ts'
export type { ConfigByHost } from './diagnosis/settings/host-options.ts'
