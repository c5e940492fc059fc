/**
 * The words on the wire: what a migration can be asked, and what it answers. Pure, and usable in a browser.
 *
 * @module
 */
export type { DenialCode, MigrationAction, Permission } from './actions/actions.ts'
export { actions, can, isObserved } from './actions/actions.ts'
export type { ErrorCode, ErrorFamily, ServerErrorCode } from './errors/errors.ts'
export { answerTo, errorFamily, families, isErrorCode } from './errors/errors.ts'
export type { ExitCode } from './errors/exit-codes.ts'
export { exitCodes } from './errors/exit-codes.ts'
export { toldOfLibvirt, unheardHost } from './errors/of-libvirt.ts'
export type { MigrationStatus } from './status.ts'
export { migrationStatuses } from './status.ts'
export type { IntentWish, Wish } from './wish.ts'
export type { Answer, Client, FoundMigration, UpdatesOptions, WatchOptions } from './client.ts'
export type {
  ChosenDestination,
  Drain,
  DrainChange,
  DrainClient,
  DrainRequest,
  RebalanceRequest,
} from './drain/drain.ts'
export { usualDrainLimits } from './drain/drain.ts'
export type { HostStatus, NovaHands } from './host.ts'
export type { Confirmed, GuestIntent, Instance, Inventory, KeptMark } from './instance.ts'
export type { MigrationHandle } from './migration-handle.ts'
export type { DiskToCopy, Finding, FindingCode, MigrationPlan } from './migration-plan.ts'
export type { NovaDifference, NovaSeen, NovaUnderWay } from './under-way/nova-under-way.ts'
export type { Page, PageRequest } from './page.ts'
export { everyItem, mostOfPage } from './page.ts'
export type { GuestSpeed, KeptSample, MigrationReport, PastMigration, ReportSummary } from './report.ts'
export type {
  MigrationRequest,
  NovaConfigPath,
  PlanRequest,
  RevertRequest,
  WantedIntent,
  WishChange,
} from './request.ts'
export { decisionName, figuresOf } from './report-figures.ts'
export type { Role } from './role.ts'
export type { Caller, Scope } from './scope.ts'
export { permits, scopes } from './scope.ts'
export type { MigrationDetail, MigrationSoFar, MigrationUnderWay } from './under-way/under-way.ts'
export type { MigrationUpdate, NovaConfigFinding, NumberedUpdate, ObeyedOption, PlanUpdate } from './update.ts'
export type { HttpClientOptions } from './http/http-transport.ts'
export { HttpClient } from './http/http-client.ts'
export { isPassing, isPassingWithin, patienceMs } from './http/passing.ts'
export { apiPath, eventNames } from './http/paths.ts'
export type { Problem } from './http/problem.ts'
export { errorOf, problemOf } from './http/problem.ts'
