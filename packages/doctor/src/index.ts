/**
 * What hypervisors' files (folders, archives, ssh) say of their migrations, and the changes that follow, written whole or not at all.
 *
 * @module
 */
export type { HostPlan } from './apply/host-plan.ts'
export type { ApplyEvent, ApplyHost, ApplyOptions, ApplyTools, Heartbeat } from './apply/apply-change.ts'
export type { AppliedRun } from './apply/host-state.ts'
export { applyChange } from './apply/apply-change.ts'
export type { ApplyWish } from './apply/plan-apply.ts'
export { applyHosts, planApply } from './apply/plan-apply.ts'
export { runOnHost } from './apply/run-on-host.ts'
export { writeRemote } from './apply/write-remote.ts'
export { readHypervisors } from './hosts/read-hypervisors.ts'
export type { DoctorErrorCode } from './errors.ts'
export type { Examination, ExamineOptions } from './examine.ts'
export { configProblems, examine, hasFindings, hasGaps, hasTrouble, wasExamined } from './examine.ts'
export type { HypervisorsGiven } from './hosts/find-hypervisors.ts'
export { findHypervisors } from './hosts/find-hypervisors.ts'
export type { HostMaterial, HostSpec } from './hosts/host-material.ts'
export type { PlannedWrite, WritePlan, WrittenFile } from './writing/plan-writes.ts'
export { carryOut, planWrites } from './writing/plan-writes.ts'
// What the doctor's answers are made of: the command line prints them, and has no words of nova's of its own.
export type {
  Act,
  Advice,
  AdvisedChange,
  Cause,
  Change,
  CurvePoint,
  Explained,
  FleetAudit,
  FleetOption,
  FleetValue,
  GuestFate,
  HostRemark,
  Lack,
  LandfallAdvice,
  LandfallInstead,
  LogPlace,
  MigrationFinding,
  Release,
  ReleaseRange,
  Setting,
  Unreadable,
} from '@landfall/nova'
export {
  changeToMake,
  differingOptions,
  parseRelease,
  readSetting,
  releaseName,
  takesEffect,
  whoLacks,
} from '@landfall/nova'
