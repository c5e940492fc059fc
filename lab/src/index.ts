export { LabError } from './errors.ts'
export type { LabErrorCode } from './errors.ts'
export { up, down, openLab, setLink } from './lab.ts'
export type { Lab, UpOptions } from './lab.ts'
export { status, findLabs } from './status.ts'
export type { GuestStatus, LabStatus } from './status.ts'
export { leftovers } from './hosts/cleanup.ts'
export type { Leftover } from './hosts/cleanup.ts'
export { joinNetwork } from './hosts/joined-network.ts'
export { addGuest, addVolume, removeGuest, removeVolume } from './guests/guests.ts'
export { guestPrograms } from './guests/guest-program.ts'
export type { GuestProgram } from './guests/guest-program.ts'
export { contents, guestSpec, patterns, rewrites } from './guests/guest-spec.ts'
export type {
  GuestRequest,
  GuestSpec,
  GuestState,
  PageContent,
  PageRewrite,
  WritePattern,
} from './guests/guest-spec.ts'
export { guestKinds } from './guests/guest-kind.ts'
export type { Accelerator, Accelerators, GuestKind } from './guests/guest-kind.ts'
export { thisMachine } from './this-machine.ts'
export { freePort } from './machine/free-port.ts'
export { kvmWords } from './machine/kvm-kind.ts'
export type { KvmKind } from './machine/kvm-kind.ts'
export type { HostState, LabState, VolumeState } from './state.ts'
export { cutConnections, inHost, startLibvirtd, stopLibvirtd, virsh } from './faults/host-control.ts'
export type { Connections } from './faults/host-control.ts'
export {
  checkGuest,
  consoleMessages,
  monotonicNowMs,
  readProgress,
  readProgressRecord,
  waitForProgress,
  waitForSweep,
} from './records/records.ts'
export type { ProgressWait } from './records/records.ts'
export { isUnharmed } from './records/guest-check.ts'
export type { GuestVerdict } from './records/guest-check.ts'
export type { ProgressRecord, ProgressSample, RecordedLine } from './records/record-lines.ts'
export { openCloud } from './nova/cloud.ts'
export type { NovaOptions } from './nova/compute-files.ts'
export { configureNova, startNovaCompute, stopNovaCompute } from './nova/computes.ts'
export { inHub, startHubService, stopHubService } from './nova/hub-control.ts'
export type { HubService } from './nova/hub-control.ts'
export { addInstance, removeInstance } from './nova/instances.ts'
export { guestMemory, rewrittenPages } from './faults/guest-memory.ts'
export type { GuestMemory, GuestPlace } from './faults/guest-memory.ts'
export { longestGap, longestStall, lostWork, pagesWritten, writeSpeed } from './records/progress.ts'
export { cacheDirectory, labPaths, labsDirectory } from './paths.ts'
export type { LabPaths } from './paths.ts'
