export { LabError } from './errors.ts'
export type { LabErrorCode } from './errors.ts'
export { up, down, openLab, setLink } from './lab.ts'
export type { Lab, UpOptions } from './lab.ts'
export { status, findLabs } from './status.ts'
export type { GuestStatus, LabStatus } from './status.ts'
export { leftovers } from './cleanup.ts'
export type { Leftover } from './cleanup.ts'
export { addGuest, addVolume, removeGuest, removeVolume } from './guests.ts'
export { contents, guestSpec, patterns, rewrites } from './guest-spec.ts'
export type { GuestRequest, GuestSpec, GuestState, PageContent, PageRewrite, WritePattern } from './guest-spec.ts'
export { guestKinds } from './guest-kind.ts'
export type { Accelerator, Accelerators, GuestKind } from './guest-kind.ts'
export { kvmWords } from './kvm-kind.ts'
export type { KvmKind } from './kvm-kind.ts'
export type { HostState, LabState, VolumeState } from './state.ts'
export { cutConnections, inHost, startLibvirtd, stopLibvirtd, virsh } from './host-control.ts'
export type { Connections } from './host-control.ts'
export {
  checkGuest,
  consoleMessages,
  monotonicNowMs,
  readProgress,
  readProgressRecord,
  waitForProgress,
  waitForSweep,
} from './records.ts'
export type { ProgressWait } from './records.ts'
export type { GuestVerdict } from './guest-check.ts'
export type { ProgressRecord, ProgressSample, RecordedLine } from './record-lines.ts'
export { guestMemory, rewrittenPages } from './guest-memory.ts'
export type { GuestMemory, GuestPlace } from './guest-memory.ts'
export { longestGap, longestStall, lostWork, pagesWritten, writeSpeed } from './progress.ts'
export { cacheDirectory, labPaths, labsDirectory } from './paths.ts'
export type { LabPaths } from './paths.ts'
