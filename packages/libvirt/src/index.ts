/**
 * A pure TypeScript client of libvirt's RPC protocol: no native code, no virsh. Names are those of libvirt's C API without their
 * prefix; units are in the names; errors are {@link LibvirtError} (the daemon's) and {@link LibvirtClientError} (this client's).
 *
 * @module
 */
export { connect } from './connection/connect.ts'
export type { ConnectOptions } from './connection/connect.ts'
export type { BackOff } from './connection/back-off.ts'
export { LastingConnection, connectLasting } from './connection/lasting-connection.ts'
export type { EventGap, LastingOptions } from './connection/lasting-connection.ts'
export { Connection } from './connection/connection.ts'
export type { DomainStatsRecord } from './connection/connection.ts'
export type { CpuCompareResult, HypervisorQuery, NodeCpuStats } from './connection/host-calls.ts'

export { Domain } from './domain/domain.ts'
export type { DomainControlInfo, DomainInfo } from './domain/domain.ts'
export { readDirtyRate } from './domain/dirty-rate.ts'
export type { DirtyRate, DirtyRateMode } from './domain/dirty-rate.ts'
export type { BlockCopySettings, BlockInfo, BlockJobInfo } from './domain/devices.ts'
export type { BlockStats, InterfaceStats } from './domain/device-stats.ts'
export type { GuestInterface } from './domain/guest-agent.ts'
export type { DomainJobInfo } from './domain/job-info.ts'
export type { DomainJobStats, JobOperation, JobStats, JobType } from './domain/job-stats.ts'
export type { MemoryStats } from './domain/memory-stats.ts'
export type { MetadataType } from './domain/metadata.ts'
export type { MigrateParams } from './domain/migration/migration-params.ts'
export type { IoThreadInfo } from './domain/resources.ts'
export type { SchedulerSettings } from './domain/scheduler.ts'
export type { DomainState, DomainStateName } from './domain/state.ts'

export type { DomainEventName, DomainEvents, LifecycleEvent } from './events/domain-events.ts'
export type { EventRegistration } from './events/event-router.ts'

export type { Credentials } from './auth/credentials.ts'
export { parseLibvirtConf } from './config/libvirt-conf.ts'
export type { LibvirtConf } from './config/libvirt-conf.ts'
export { LibvirtClientError, LibvirtError, isNoDomain } from './errors.ts'
export type { ClientErrorCode } from './errors.ts'

export {
  AbortJobFlag,
  AffectFlag,
  BlockCopyFlag,
  BlockJobAbortFlag,
  CompareCpuFlag,
  CreateFlag,
  DestroyFlag,
  DomainStats,
  DomainStatsFlag,
  DomainXmlFlag,
  GuestInfo,
  ListDomainsFlag,
  ListNetworksFlag,
  ListPoolsFlag,
  MaxSpeedFlag,
  MigrateFlag,
  ShutdownFlag,
  UndefineFlag,
} from './flags.ts'

export { readDomainCapabilities, readCapabilities } from './host/capabilities.ts'
export type { DomainCapabilities, GuestCapabilities, HostCapabilities } from './host/capabilities.ts'
export type { NodeInfo, NodeMemoryStats } from './host/node.ts'
export type { QmpCommand } from './host/qmp.ts'

export { Network } from './host/network.ts'
export { Secret } from './host/secret.ts'
export type { SecretUsageType } from './host/secret.ts'
export { StoragePool } from './storage/storage-pool.ts'
export type { StoragePoolInfo } from './storage/storage-pool.ts'
export { StorageVol } from './storage/storage-vol.ts'
export type { ByteRange, StorageVolInfo } from './storage/storage-vol.ts'

export { readDomainXml } from './domain-xml/domain-xml.ts'
export type {
  DomainCpu,
  DomainDescription,
  Filesystem,
  Hostdev,
  MemoryBacking,
  NetworkInterface,
  Tpm,
} from './domain-xml/domain-xml.ts'
export { DomainXmlEditor } from './domain-xml/domain-xml-editor.ts'
export type { LocalDiskSource } from './domain-xml/domain-xml-editor.ts'
export { escapeAttribute, isXmlText } from './xml/escape.ts'
export { XmlEditor } from './xml/xml-editor.ts'
export { Xml } from './xml/xml-element.ts'
export type { Disk, DiskSourceKind } from './domain-xml/disk.ts'

export type { Clock } from './rpc/clock.ts'
export type { KeepaliveSettings } from './rpc/keepalive.ts'
export type { CallOptions } from './rpc/rpc-client.ts'
export { parseUri } from './config/uri.ts'
export type { ConnectionUri, TransportName } from './config/uri.ts'
export { certificatePaths } from './transport/tls.ts'
export { formatVersion, parseVersion } from './host/version.ts'
export type { ParamRecord, ParamValue } from './xdr/typed-param.ts'
