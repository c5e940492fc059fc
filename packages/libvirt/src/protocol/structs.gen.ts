// Generated from protocol/protocol.txt by protocol/write.ts. Do not edit.

import type { XdrReader } from '../xdr/xdr-reader.ts'
import type { XdrWriter } from '../xdr/xdr-writer.ts'
import { readTypedParam, writeTypedParam } from '../xdr/typed-param.ts'
import type { TypedParam } from '../xdr/typed-param.ts'

export interface DomainRef {
  readonly name: string
  readonly uuid: string
  readonly id: number
}
export const writeDomainRef = (w: XdrWriter, v: DomainRef): void => {
  w.string(v.name)
  w.uuid(v.uuid)
  w.int(v.id)
}
export const readDomainRef = (r: XdrReader): DomainRef => ({ name: r.string(), uuid: r.uuid(), id: r.int() })

export interface DomainCheckpoint {
  readonly name: string
  readonly dom: DomainRef
}
export const writeDomainCheckpoint = (w: XdrWriter, v: DomainCheckpoint): void => {
  w.string(v.name)
  writeDomainRef(w, v.dom)
}
export const readDomainCheckpoint = (r: XdrReader): DomainCheckpoint => ({ name: r.string(), dom: readDomainRef(r) })

export interface DomainDiskError {
  readonly disk: string
  readonly error: number
}
export const writeDomainDiskError = (w: XdrWriter, v: DomainDiskError): void => {
  w.string(v.disk)
  w.int(v.error)
}
export const readDomainDiskError = (r: XdrReader): DomainDiskError => ({ disk: r.string(), error: r.int() })

export interface DomainEventGraphicsAddress {
  readonly family: number
  readonly node: string
  readonly service: string
}
export const writeDomainEventGraphicsAddress = (w: XdrWriter, v: DomainEventGraphicsAddress): void => {
  w.int(v.family)
  w.string(v.node)
  w.string(v.service)
}
export const readDomainEventGraphicsAddress = (r: XdrReader): DomainEventGraphicsAddress => ({
  family: r.int(),
  node: r.string(),
  service: r.string(),
})

export interface DomainEventGraphicsIdentity {
  readonly type: string
  readonly name: string
}
export const writeDomainEventGraphicsIdentity = (w: XdrWriter, v: DomainEventGraphicsIdentity): void => {
  w.string(v.type)
  w.string(v.name)
}
export const readDomainEventGraphicsIdentity = (r: XdrReader): DomainEventGraphicsIdentity => ({
  type: r.string(),
  name: r.string(),
})

export interface DomainIpAddr {
  readonly type: number
  readonly addr: string
  readonly prefix: number
}
export const writeDomainIpAddr = (w: XdrWriter, v: DomainIpAddr): void => {
  w.int(v.type)
  w.string(v.addr)
  w.u32(v.prefix)
}
export const readDomainIpAddr = (r: XdrReader): DomainIpAddr => ({ type: r.int(), addr: r.string(), prefix: r.u32() })

export interface DomainInterface {
  readonly name: string
  readonly hwaddr: string | undefined
  readonly addrs: readonly DomainIpAddr[]
}
export const writeDomainInterface = (w: XdrWriter, v: DomainInterface): void => {
  w.string(v.name)
  w.optional(v.hwaddr, (w, v) => {
    w.string(v)
  })
  w.list(v.addrs, 2048, writeDomainIpAddr)
}
export const readDomainInterface = (r: XdrReader): DomainInterface => ({
  name: r.string(),
  hwaddr: r.optional((r) => r.string()),
  addrs: r.list(2048, readDomainIpAddr),
})

export interface DomainIothreadInfo {
  readonly iothreadId: number
  readonly cpumap: Uint8Array
}
export const writeDomainIothreadInfo = (w: XdrWriter, v: DomainIothreadInfo): void => {
  w.u32(v.iothreadId)
  w.opaque(v.cpumap)
}
export const readDomainIothreadInfo = (r: XdrReader): DomainIothreadInfo => ({
  iothreadId: r.u32(),
  cpumap: r.opaque(2048),
})

export interface DomainMemoryStat {
  readonly tag: number
  readonly val: bigint
}
export const writeDomainMemoryStat = (w: XdrWriter, v: DomainMemoryStat): void => {
  w.int(v.tag)
  w.u64(v.val)
}
export const readDomainMemoryStat = (r: XdrReader): DomainMemoryStat => ({ tag: r.int(), val: r.u64() })

export interface DomainSnapshot {
  readonly name: string
  readonly dom: DomainRef
}
export const writeDomainSnapshot = (w: XdrWriter, v: DomainSnapshot): void => {
  w.string(v.name)
  writeDomainRef(w, v.dom)
}
export const readDomainSnapshot = (r: XdrReader): DomainSnapshot => ({ name: r.string(), dom: readDomainRef(r) })

export interface DomainStatsRecord {
  readonly dom: DomainRef
  readonly params: readonly TypedParam[]
}
export const writeDomainStatsRecord = (w: XdrWriter, v: DomainStatsRecord): void => {
  writeDomainRef(w, v.dom)
  w.list(v.params, 262144, writeTypedParam)
}
export const readDomainStatsRecord = (r: XdrReader): DomainStatsRecord => ({
  dom: readDomainRef(r),
  params: r.list(262144, readTypedParam),
})

export interface NetworkRef {
  readonly name: string
  readonly uuid: string
}
export const writeNetworkRef = (w: XdrWriter, v: NetworkRef): void => {
  w.string(v.name)
  w.uuid(v.uuid)
}
export const readNetworkRef = (r: XdrReader): NetworkRef => ({ name: r.string(), uuid: r.uuid() })

export interface NodeGetCpuStats {
  readonly field: string
  readonly value: bigint
}
export const writeNodeGetCpuStats = (w: XdrWriter, v: NodeGetCpuStats): void => {
  w.string(v.field)
  w.u64(v.value)
}
export const readNodeGetCpuStats = (r: XdrReader): NodeGetCpuStats => ({ field: r.string(), value: r.u64() })

export interface NodeGetMemoryStats {
  readonly field: string
  readonly value: bigint
}
export const writeNodeGetMemoryStats = (w: XdrWriter, v: NodeGetMemoryStats): void => {
  w.string(v.field)
  w.u64(v.value)
}
export const readNodeGetMemoryStats = (r: XdrReader): NodeGetMemoryStats => ({ field: r.string(), value: r.u64() })

export interface SecretRef {
  readonly uuid: string
  readonly usageType: number
  readonly usageID: string
}
export const writeSecretRef = (w: XdrWriter, v: SecretRef): void => {
  w.uuid(v.uuid)
  w.int(v.usageType)
  w.string(v.usageID)
}
export const readSecretRef = (r: XdrReader): SecretRef => ({ uuid: r.uuid(), usageType: r.int(), usageID: r.string() })

export interface StoragePoolRef {
  readonly name: string
  readonly uuid: string
}
export const writeStoragePoolRef = (w: XdrWriter, v: StoragePoolRef): void => {
  w.string(v.name)
  w.uuid(v.uuid)
}
export const readStoragePoolRef = (r: XdrReader): StoragePoolRef => ({ name: r.string(), uuid: r.uuid() })

export interface StorageVolRef {
  readonly pool: string
  readonly name: string
  readonly key: string
}
export const writeStorageVolRef = (w: XdrWriter, v: StorageVolRef): void => {
  w.string(v.pool)
  w.string(v.name)
  w.string(v.key)
}
export const readStorageVolRef = (r: XdrReader): StorageVolRef => ({
  pool: r.string(),
  name: r.string(),
  key: r.string(),
})
