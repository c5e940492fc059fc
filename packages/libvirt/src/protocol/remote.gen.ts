// Generated from protocol/protocol.txt by protocol/write.ts. Do not edit.

import type { EventMessage, Procedure } from './procedure.ts'
import {
  readDomainCheckpoint,
  writeDomainCheckpoint,
  readDomainDiskError,
  writeDomainDiskError,
  readDomainEventGraphicsAddress,
  writeDomainEventGraphicsAddress,
  readDomainEventGraphicsIdentity,
  writeDomainEventGraphicsIdentity,
  readDomainInterface,
  writeDomainInterface,
  readDomainIothreadInfo,
  writeDomainIothreadInfo,
  readDomainMemoryStat,
  writeDomainMemoryStat,
  readDomainRef,
  writeDomainRef,
  readDomainSnapshot,
  writeDomainSnapshot,
  readDomainStatsRecord,
  writeDomainStatsRecord,
  readNetworkRef,
  writeNetworkRef,
  readNodeGetCpuStats,
  writeNodeGetCpuStats,
  readNodeGetMemoryStats,
  writeNodeGetMemoryStats,
  readSecretRef,
  writeSecretRef,
  readStoragePoolRef,
  writeStoragePoolRef,
  readStorageVolRef,
  writeStorageVolRef,
} from './structs.gen.ts'
import type {
  DomainCheckpoint,
  DomainDiskError,
  DomainEventGraphicsAddress,
  DomainEventGraphicsIdentity,
  DomainInterface,
  DomainIothreadInfo,
  DomainMemoryStat,
  DomainRef,
  DomainSnapshot,
  DomainStatsRecord,
  NetworkRef,
  NodeGetCpuStats,
  NodeGetMemoryStats,
  SecretRef,
  StoragePoolRef,
  StorageVolRef,
} from './structs.gen.ts'
import { readTypedParam, writeTypedParam } from '../xdr/typed-param.ts'
import type { TypedParam } from '../xdr/typed-param.ts'

export const remoteProgram = 0x20008086

export interface ConnectOpenArgs {
  readonly name: string | undefined
  readonly flags: number
}

export const connectOpen: Procedure<ConnectOpenArgs, undefined> = {
  program: remoteProgram,
  number: 1,
  name: 'CONNECT_OPEN',
  priority: 'high',
  since: '0.0.3',
  writeArgs: (w, v) => {
    w.optional(v.name, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ name: r.optional((r) => r.string()), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export const connectClose: Procedure<undefined, undefined> = {
  program: remoteProgram,
  number: 2,
  name: 'CONNECT_CLOSE',
  priority: 'high',
  since: '0.0.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: () => {},
  readRet: () => undefined,
}

export interface ConnectGetTypeRet {
  readonly type: string
}
export const connectGetType: Procedure<undefined, ConnectGetTypeRet> = {
  program: remoteProgram,
  number: 3,
  name: 'CONNECT_GET_TYPE',
  priority: 'high',
  since: '0.0.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.string(v.type)
  },
  readRet: (r) => ({ type: r.string() }),
}

export interface ConnectGetVersionRet {
  readonly hvVer: bigint
}
export const connectGetVersion: Procedure<undefined, ConnectGetVersionRet> = {
  program: remoteProgram,
  number: 4,
  name: 'CONNECT_GET_VERSION',
  priority: 'high',
  since: '0.0.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.u64(v.hvVer)
  },
  readRet: (r) => ({ hvVer: r.u64() }),
}

export interface NodeGetInfoRet {
  readonly model: Uint8Array
  readonly memory: bigint
  readonly cpus: number
  readonly mhz: number
  readonly nodes: number
  readonly sockets: number
  readonly cores: number
  readonly threads: number
}
export const nodeGetInfo: Procedure<undefined, NodeGetInfoRet> = {
  program: remoteProgram,
  number: 6,
  name: 'NODE_GET_INFO',
  priority: 'high',
  since: '0.1.0',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.fixedChars(v.model, 32)
    w.u64(v.memory)
    w.int(v.cpus)
    w.int(v.mhz)
    w.int(v.nodes)
    w.int(v.sockets)
    w.int(v.cores)
    w.int(v.threads)
  },
  readRet: (r) => ({
    model: r.fixedChars(32),
    memory: r.u64(),
    cpus: r.int(),
    mhz: r.int(),
    nodes: r.int(),
    sockets: r.int(),
    cores: r.int(),
    threads: r.int(),
  }),
}

export interface ConnectGetCapabilitiesRet {
  readonly capabilities: string
}
export const connectGetCapabilities: Procedure<undefined, ConnectGetCapabilitiesRet> = {
  program: remoteProgram,
  number: 7,
  name: 'CONNECT_GET_CAPABILITIES',
  priority: 'low',
  since: '0.2.1',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.string(v.capabilities)
  },
  readRet: (r) => ({ capabilities: r.string() }),
}

export interface DomainCreateArgs {
  readonly dom: DomainRef
}

export const domainCreate: Procedure<DomainCreateArgs, undefined> = {
  program: remoteProgram,
  number: 9,
  name: 'DOMAIN_CREATE',
  priority: 'low',
  since: '0.1.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainCreateXmlArgs {
  readonly xmlDesc: string
  readonly flags: number
}
export interface DomainCreateXmlRet {
  readonly dom: DomainRef
}
export const domainCreateXml: Procedure<DomainCreateXmlArgs, DomainCreateXmlRet> = {
  program: remoteProgram,
  number: 10,
  name: 'DOMAIN_CREATE_XML',
  priority: 'low',
  since: '0.5.0',
  writeArgs: (w, v) => {
    w.string(v.xmlDesc)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xmlDesc: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainDefineXmlArgs {
  readonly xml: string
}
export interface DomainDefineXmlRet {
  readonly dom: DomainRef
}
export const domainDefineXml: Procedure<DomainDefineXmlArgs, DomainDefineXmlRet> = {
  program: remoteProgram,
  number: 11,
  name: 'DOMAIN_DEFINE_XML',
  priority: 'high',
  since: '0.1.1',
  writeArgs: (w, v) => {
    w.string(v.xml)
  },
  readArgs: (r) => ({ xml: r.string() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainDestroyArgs {
  readonly dom: DomainRef
}

export const domainDestroy: Procedure<DomainDestroyArgs, undefined> = {
  program: remoteProgram,
  number: 12,
  name: 'DOMAIN_DESTROY',
  priority: 'high',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetXmlDescArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetXmlDescRet {
  readonly xml: string
}
export const domainGetXmlDesc: Procedure<DomainGetXmlDescArgs, DomainGetXmlDescRet> = {
  program: remoteProgram,
  number: 14,
  name: 'DOMAIN_GET_XML_DESC',
  priority: 'low',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.xml)
  },
  readRet: (r) => ({ xml: r.string() }),
}

export interface DomainGetAutostartArgs {
  readonly dom: DomainRef
}
export interface DomainGetAutostartRet {
  readonly autostart: number
}
export const domainGetAutostart: Procedure<DomainGetAutostartArgs, DomainGetAutostartRet> = {
  program: remoteProgram,
  number: 15,
  name: 'DOMAIN_GET_AUTOSTART',
  priority: 'high',
  since: '0.2.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.int(v.autostart)
  },
  readRet: (r) => ({ autostart: r.int() }),
}

export interface DomainGetInfoArgs {
  readonly dom: DomainRef
}
export interface DomainGetInfoRet {
  readonly state: number
  readonly maxMem: bigint
  readonly memory: bigint
  readonly nrVirtCpu: number
  readonly cpuTime: bigint
}
export const domainGetInfo: Procedure<DomainGetInfoArgs, DomainGetInfoRet> = {
  program: remoteProgram,
  number: 16,
  name: 'DOMAIN_GET_INFO',
  priority: 'low',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.u32(v.state)
    w.u64(v.maxMem)
    w.u64(v.memory)
    w.u32(v.nrVirtCpu)
    w.u64(v.cpuTime)
  },
  readRet: (r) => ({ state: r.u32(), maxMem: r.u64(), memory: r.u64(), nrVirtCpu: r.u32(), cpuTime: r.u64() }),
}

export interface DomainGetMaxMemoryArgs {
  readonly dom: DomainRef
}
export interface DomainGetMaxMemoryRet {
  readonly memory: bigint
}
export const domainGetMaxMemory: Procedure<DomainGetMaxMemoryArgs, DomainGetMaxMemoryRet> = {
  program: remoteProgram,
  number: 17,
  name: 'DOMAIN_GET_MAX_MEMORY',
  priority: 'high',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.u64(v.memory)
  },
  readRet: (r) => ({ memory: r.u64() }),
}

export interface DomainGetOsTypeArgs {
  readonly dom: DomainRef
}
export interface DomainGetOsTypeRet {
  readonly type: string
}
export const domainGetOsType: Procedure<DomainGetOsTypeArgs, DomainGetOsTypeRet> = {
  program: remoteProgram,
  number: 19,
  name: 'DOMAIN_GET_OS_TYPE',
  priority: 'high',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.string(v.type)
  },
  readRet: (r) => ({ type: r.string() }),
}

export interface DomainLookupByIdArgs {
  readonly id: number
}
export interface DomainLookupByIdRet {
  readonly dom: DomainRef
}
export const domainLookupById: Procedure<DomainLookupByIdArgs, DomainLookupByIdRet> = {
  program: remoteProgram,
  number: 22,
  name: 'DOMAIN_LOOKUP_BY_ID',
  priority: 'high',
  since: '0.0.3',
  writeArgs: (w, v) => {
    w.int(v.id)
  },
  readArgs: (r) => ({ id: r.int() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainLookupByNameArgs {
  readonly name: string
}
export interface DomainLookupByNameRet {
  readonly dom: DomainRef
}
export const domainLookupByName: Procedure<DomainLookupByNameArgs, DomainLookupByNameRet> = {
  program: remoteProgram,
  number: 23,
  name: 'DOMAIN_LOOKUP_BY_NAME',
  priority: 'high',
  since: '0.0.3',
  writeArgs: (w, v) => {
    w.string(v.name)
  },
  readArgs: (r) => ({ name: r.string() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainLookupByUuidArgs {
  readonly uuid: string
}
export interface DomainLookupByUuidRet {
  readonly dom: DomainRef
}
export const domainLookupByUuid: Procedure<DomainLookupByUuidArgs, DomainLookupByUuidRet> = {
  program: remoteProgram,
  number: 24,
  name: 'DOMAIN_LOOKUP_BY_UUID',
  priority: 'high',
  since: '0.0.5',
  writeArgs: (w, v) => {
    w.uuid(v.uuid)
  },
  readArgs: (r) => ({ uuid: r.uuid() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainRebootArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainReboot: Procedure<DomainRebootArgs, undefined> = {
  program: remoteProgram,
  number: 27,
  name: 'DOMAIN_REBOOT',
  priority: 'low',
  since: '0.1.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainResumeArgs {
  readonly dom: DomainRef
}

export const domainResume: Procedure<DomainResumeArgs, undefined> = {
  program: remoteProgram,
  number: 28,
  name: 'DOMAIN_RESUME',
  priority: 'low',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainSetAutostartArgs {
  readonly dom: DomainRef
  readonly autostart: number
}

export const domainSetAutostart: Procedure<DomainSetAutostartArgs, undefined> = {
  program: remoteProgram,
  number: 29,
  name: 'DOMAIN_SET_AUTOSTART',
  priority: 'high',
  since: '0.2.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.autostart)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), autostart: r.int() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainShutdownArgs {
  readonly dom: DomainRef
}

export const domainShutdown: Procedure<DomainShutdownArgs, undefined> = {
  program: remoteProgram,
  number: 33,
  name: 'DOMAIN_SHUTDOWN',
  priority: 'low',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainSuspendArgs {
  readonly dom: DomainRef
}

export const domainSuspend: Procedure<DomainSuspendArgs, undefined> = {
  program: remoteProgram,
  number: 34,
  name: 'DOMAIN_SUSPEND',
  priority: 'low',
  since: '0.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainUndefineArgs {
  readonly dom: DomainRef
}

export const domainUndefine: Procedure<DomainUndefineArgs, undefined> = {
  program: remoteProgram,
  number: 35,
  name: 'DOMAIN_UNDEFINE',
  priority: 'high',
  since: '0.1.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface NetworkGetXmlDescArgs {
  readonly net: NetworkRef
  readonly flags: number
}
export interface NetworkGetXmlDescRet {
  readonly xml: string
}
export const networkGetXmlDesc: Procedure<NetworkGetXmlDescArgs, NetworkGetXmlDescRet> = {
  program: remoteProgram,
  number: 43,
  name: 'NETWORK_GET_XML_DESC',
  priority: 'high',
  since: '0.2.0',
  writeArgs: (w, v) => {
    writeNetworkRef(w, v.net)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ net: readNetworkRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.xml)
  },
  readRet: (r) => ({ xml: r.string() }),
}

export interface NetworkGetAutostartArgs {
  readonly net: NetworkRef
}
export interface NetworkGetAutostartRet {
  readonly autostart: number
}
export const networkGetAutostart: Procedure<NetworkGetAutostartArgs, NetworkGetAutostartRet> = {
  program: remoteProgram,
  number: 44,
  name: 'NETWORK_GET_AUTOSTART',
  priority: 'high',
  since: '0.2.1',
  writeArgs: (w, v) => {
    writeNetworkRef(w, v.net)
  },
  readArgs: (r) => ({ net: readNetworkRef(r) }),
  writeRet: (w, v) => {
    w.int(v.autostart)
  },
  readRet: (r) => ({ autostart: r.int() }),
}

export interface NetworkGetBridgeNameArgs {
  readonly net: NetworkRef
}
export interface NetworkGetBridgeNameRet {
  readonly name: string
}
export const networkGetBridgeName: Procedure<NetworkGetBridgeNameArgs, NetworkGetBridgeNameRet> = {
  program: remoteProgram,
  number: 45,
  name: 'NETWORK_GET_BRIDGE_NAME',
  priority: 'high',
  since: '0.2.0',
  writeArgs: (w, v) => {
    writeNetworkRef(w, v.net)
  },
  readArgs: (r) => ({ net: readNetworkRef(r) }),
  writeRet: (w, v) => {
    w.string(v.name)
  },
  readRet: (r) => ({ name: r.string() }),
}

export interface NetworkLookupByNameArgs {
  readonly name: string
}
export interface NetworkLookupByNameRet {
  readonly net: NetworkRef
}
export const networkLookupByName: Procedure<NetworkLookupByNameArgs, NetworkLookupByNameRet> = {
  program: remoteProgram,
  number: 46,
  name: 'NETWORK_LOOKUP_BY_NAME',
  priority: 'high',
  since: '0.2.0',
  writeArgs: (w, v) => {
    w.string(v.name)
  },
  readArgs: (r) => ({ name: r.string() }),
  writeRet: (w, v) => {
    writeNetworkRef(w, v.net)
  },
  readRet: (r) => ({ net: readNetworkRef(r) }),
}

export interface NetworkLookupByUuidArgs {
  readonly uuid: string
}
export interface NetworkLookupByUuidRet {
  readonly net: NetworkRef
}
export const networkLookupByUuid: Procedure<NetworkLookupByUuidArgs, NetworkLookupByUuidRet> = {
  program: remoteProgram,
  number: 47,
  name: 'NETWORK_LOOKUP_BY_UUID',
  priority: 'high',
  since: '0.2.0',
  writeArgs: (w, v) => {
    w.uuid(v.uuid)
  },
  readArgs: (r) => ({ uuid: r.uuid() }),
  writeRet: (w, v) => {
    writeNetworkRef(w, v.net)
  },
  readRet: (r) => ({ net: readNetworkRef(r) }),
}

export interface ConnectNumOfDomainsRet {
  readonly num: number
}
export const connectNumOfDomains: Procedure<undefined, ConnectNumOfDomainsRet> = {
  program: remoteProgram,
  number: 51,
  name: 'CONNECT_NUM_OF_DOMAINS',
  priority: 'high',
  since: '0.0.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.int(v.num)
  },
  readRet: (r) => ({ num: r.int() }),
}

export interface DomainGetSchedulerTypeArgs {
  readonly dom: DomainRef
}
export interface DomainGetSchedulerTypeRet {
  readonly type: string
  readonly nparams: number
}
export const domainGetSchedulerType: Procedure<DomainGetSchedulerTypeArgs, DomainGetSchedulerTypeRet> = {
  program: remoteProgram,
  number: 56,
  name: 'DOMAIN_GET_SCHEDULER_TYPE',
  priority: 'low',
  since: '0.2.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.string(v.type)
    w.int(v.nparams)
  },
  readRet: (r) => ({ type: r.string(), nparams: r.int() }),
}

export interface ConnectGetHostnameRet {
  readonly hostname: string
}
export const connectGetHostname: Procedure<undefined, ConnectGetHostnameRet> = {
  program: remoteProgram,
  number: 59,
  name: 'CONNECT_GET_HOSTNAME',
  priority: 'high',
  since: '0.3.0',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.string(v.hostname)
  },
  readRet: (r) => ({ hostname: r.string() }),
}

export interface ConnectSupportsFeatureArgs {
  readonly feature: number
}
export interface ConnectSupportsFeatureRet {
  readonly supported: number
}
export const connectSupportsFeature: Procedure<ConnectSupportsFeatureArgs, ConnectSupportsFeatureRet> = {
  program: remoteProgram,
  number: 60,
  name: 'CONNECT_SUPPORTS_FEATURE',
  priority: 'high',
  since: undefined,
  writeArgs: (w, v) => {
    w.int(v.feature)
  },
  readArgs: (r) => ({ feature: r.int() }),
  writeRet: (w, v) => {
    w.int(v.supported)
  },
  readRet: (r) => ({ supported: r.int() }),
}

export interface DomainBlockStatsArgs {
  readonly dom: DomainRef
  readonly path: string
}
export interface DomainBlockStatsRet {
  readonly rdReq: bigint
  readonly rdBytes: bigint
  readonly wrReq: bigint
  readonly wrBytes: bigint
  readonly errs: bigint
}
export const domainBlockStats: Procedure<DomainBlockStatsArgs, DomainBlockStatsRet> = {
  program: remoteProgram,
  number: 64,
  name: 'DOMAIN_BLOCK_STATS',
  priority: 'low',
  since: '0.3.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), path: r.string() }),
  writeRet: (w, v) => {
    w.i64(v.rdReq)
    w.i64(v.rdBytes)
    w.i64(v.wrReq)
    w.i64(v.wrBytes)
    w.i64(v.errs)
  },
  readRet: (r) => ({ rdReq: r.i64(), rdBytes: r.i64(), wrReq: r.i64(), wrBytes: r.i64(), errs: r.i64() }),
}

export interface DomainInterfaceStatsArgs {
  readonly dom: DomainRef
  readonly device: string
}
export interface DomainInterfaceStatsRet {
  readonly rxBytes: bigint
  readonly rxPackets: bigint
  readonly rxErrs: bigint
  readonly rxDrop: bigint
  readonly txBytes: bigint
  readonly txPackets: bigint
  readonly txErrs: bigint
  readonly txDrop: bigint
}
export const domainInterfaceStats: Procedure<DomainInterfaceStatsArgs, DomainInterfaceStatsRet> = {
  program: remoteProgram,
  number: 65,
  name: 'DOMAIN_INTERFACE_STATS',
  priority: 'high',
  since: '0.3.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.device)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), device: r.string() }),
  writeRet: (w, v) => {
    w.i64(v.rxBytes)
    w.i64(v.rxPackets)
    w.i64(v.rxErrs)
    w.i64(v.rxDrop)
    w.i64(v.txBytes)
    w.i64(v.txPackets)
    w.i64(v.txErrs)
    w.i64(v.txDrop)
  },
  readRet: (r) => ({
    rxBytes: r.i64(),
    rxPackets: r.i64(),
    rxErrs: r.i64(),
    rxDrop: r.i64(),
    txBytes: r.i64(),
    txPackets: r.i64(),
    txErrs: r.i64(),
    txDrop: r.i64(),
  }),
}

export interface AuthListRet {
  readonly types: readonly number[]
}
export const authList: Procedure<undefined, AuthListRet> = {
  program: remoteProgram,
  number: 66,
  name: 'AUTH_LIST',
  priority: 'high',
  since: undefined,
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.list(v.types, 20, (w, v) => {
      w.int(v)
    })
  },
  readRet: (r) => ({ types: r.list(20, (r) => r.int()) }),
}

export interface AuthSaslInitRet {
  readonly mechlist: string
}
export const authSaslInit: Procedure<undefined, AuthSaslInitRet> = {
  program: remoteProgram,
  number: 67,
  name: 'AUTH_SASL_INIT',
  priority: 'high',
  since: undefined,
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.string(v.mechlist)
  },
  readRet: (r) => ({ mechlist: r.string() }),
}

export interface AuthSaslStartArgs {
  readonly mech: string
  readonly nil: number
  readonly data: Uint8Array
}
export interface AuthSaslStartRet {
  readonly complete: number
  readonly nil: number
  readonly data: Uint8Array
}
export const authSaslStart: Procedure<AuthSaslStartArgs, AuthSaslStartRet> = {
  program: remoteProgram,
  number: 68,
  name: 'AUTH_SASL_START',
  priority: 'high',
  since: undefined,
  writeArgs: (w, v) => {
    w.string(v.mech)
    w.int(v.nil)
    w.chars(v.data)
  },
  readArgs: (r) => ({ mech: r.string(), nil: r.int(), data: r.chars(65536) }),
  writeRet: (w, v) => {
    w.int(v.complete)
    w.int(v.nil)
    w.chars(v.data)
  },
  readRet: (r) => ({ complete: r.int(), nil: r.int(), data: r.chars(65536) }),
}

export interface AuthSaslStepArgs {
  readonly nil: number
  readonly data: Uint8Array
}
export interface AuthSaslStepRet {
  readonly complete: number
  readonly nil: number
  readonly data: Uint8Array
}
export const authSaslStep: Procedure<AuthSaslStepArgs, AuthSaslStepRet> = {
  program: remoteProgram,
  number: 69,
  name: 'AUTH_SASL_STEP',
  priority: 'high',
  since: undefined,
  writeArgs: (w, v) => {
    w.int(v.nil)
    w.chars(v.data)
  },
  readArgs: (r) => ({ nil: r.int(), data: r.chars(65536) }),
  writeRet: (w, v) => {
    w.int(v.complete)
    w.int(v.nil)
    w.chars(v.data)
  },
  readRet: (r) => ({ complete: r.int(), nil: r.int(), data: r.chars(65536) }),
}

export interface AuthPolkitRet {
  readonly complete: number
}
export const authPolkit: Procedure<undefined, AuthPolkitRet> = {
  program: remoteProgram,
  number: 70,
  name: 'AUTH_POLKIT',
  priority: 'high',
  since: undefined,
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.int(v.complete)
  },
  readRet: (r) => ({ complete: r.int() }),
}

export interface StoragePoolCreateXmlArgs {
  readonly xml: string
  readonly flags: number
}
export interface StoragePoolCreateXmlRet {
  readonly pool: StoragePoolRef
}
export const storagePoolCreateXml: Procedure<StoragePoolCreateXmlArgs, StoragePoolCreateXmlRet> = {
  program: remoteProgram,
  number: 76,
  name: 'STORAGE_POOL_CREATE_XML',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xml: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readRet: (r) => ({ pool: readStoragePoolRef(r) }),
}

export interface StoragePoolDefineXmlArgs {
  readonly xml: string
  readonly flags: number
}
export interface StoragePoolDefineXmlRet {
  readonly pool: StoragePoolRef
}
export const storagePoolDefineXml: Procedure<StoragePoolDefineXmlArgs, StoragePoolDefineXmlRet> = {
  program: remoteProgram,
  number: 77,
  name: 'STORAGE_POOL_DEFINE_XML',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xml: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readRet: (r) => ({ pool: readStoragePoolRef(r) }),
}

export interface StoragePoolCreateArgs {
  readonly pool: StoragePoolRef
  readonly flags: number
}

export const storagePoolCreate: Procedure<StoragePoolCreateArgs, undefined> = {
  program: remoteProgram,
  number: 78,
  name: 'STORAGE_POOL_CREATE',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StoragePoolBuildArgs {
  readonly pool: StoragePoolRef
  readonly flags: number
}

export const storagePoolBuild: Procedure<StoragePoolBuildArgs, undefined> = {
  program: remoteProgram,
  number: 79,
  name: 'STORAGE_POOL_BUILD',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StoragePoolDestroyArgs {
  readonly pool: StoragePoolRef
}

export const storagePoolDestroy: Procedure<StoragePoolDestroyArgs, undefined> = {
  program: remoteProgram,
  number: 80,
  name: 'STORAGE_POOL_DESTROY',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StoragePoolDeleteArgs {
  readonly pool: StoragePoolRef
  readonly flags: number
}

export const storagePoolDelete: Procedure<StoragePoolDeleteArgs, undefined> = {
  program: remoteProgram,
  number: 81,
  name: 'STORAGE_POOL_DELETE',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StoragePoolUndefineArgs {
  readonly pool: StoragePoolRef
}

export const storagePoolUndefine: Procedure<StoragePoolUndefineArgs, undefined> = {
  program: remoteProgram,
  number: 82,
  name: 'STORAGE_POOL_UNDEFINE',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StoragePoolRefreshArgs {
  readonly pool: StoragePoolRef
  readonly flags: number
}

export const storagePoolRefresh: Procedure<StoragePoolRefreshArgs, undefined> = {
  program: remoteProgram,
  number: 83,
  name: 'STORAGE_POOL_REFRESH',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StoragePoolLookupByNameArgs {
  readonly name: string
}
export interface StoragePoolLookupByNameRet {
  readonly pool: StoragePoolRef
}
export const storagePoolLookupByName: Procedure<StoragePoolLookupByNameArgs, StoragePoolLookupByNameRet> = {
  program: remoteProgram,
  number: 84,
  name: 'STORAGE_POOL_LOOKUP_BY_NAME',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    w.string(v.name)
  },
  readArgs: (r) => ({ name: r.string() }),
  writeRet: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readRet: (r) => ({ pool: readStoragePoolRef(r) }),
}

export interface StoragePoolLookupByUuidArgs {
  readonly uuid: string
}
export interface StoragePoolLookupByUuidRet {
  readonly pool: StoragePoolRef
}
export const storagePoolLookupByUuid: Procedure<StoragePoolLookupByUuidArgs, StoragePoolLookupByUuidRet> = {
  program: remoteProgram,
  number: 85,
  name: 'STORAGE_POOL_LOOKUP_BY_UUID',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    w.uuid(v.uuid)
  },
  readArgs: (r) => ({ uuid: r.uuid() }),
  writeRet: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readRet: (r) => ({ pool: readStoragePoolRef(r) }),
}

export interface StoragePoolLookupByVolumeArgs {
  readonly vol: StorageVolRef
}
export interface StoragePoolLookupByVolumeRet {
  readonly pool: StoragePoolRef
}
export const storagePoolLookupByVolume: Procedure<StoragePoolLookupByVolumeArgs, StoragePoolLookupByVolumeRet> = {
  program: remoteProgram,
  number: 86,
  name: 'STORAGE_POOL_LOOKUP_BY_VOLUME',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r) }),
  writeRet: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readRet: (r) => ({ pool: readStoragePoolRef(r) }),
}

export interface StoragePoolGetInfoArgs {
  readonly pool: StoragePoolRef
}
export interface StoragePoolGetInfoRet {
  readonly state: number
  readonly capacity: bigint
  readonly allocation: bigint
  readonly available: bigint
}
export const storagePoolGetInfo: Procedure<StoragePoolGetInfoArgs, StoragePoolGetInfoRet> = {
  program: remoteProgram,
  number: 87,
  name: 'STORAGE_POOL_GET_INFO',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r) }),
  writeRet: (w, v) => {
    w.u32(v.state)
    w.u64(v.capacity)
    w.u64(v.allocation)
    w.u64(v.available)
  },
  readRet: (r) => ({ state: r.u32(), capacity: r.u64(), allocation: r.u64(), available: r.u64() }),
}

export interface StoragePoolGetXmlDescArgs {
  readonly pool: StoragePoolRef
  readonly flags: number
}
export interface StoragePoolGetXmlDescRet {
  readonly xml: string
}
export const storagePoolGetXmlDesc: Procedure<StoragePoolGetXmlDescArgs, StoragePoolGetXmlDescRet> = {
  program: remoteProgram,
  number: 88,
  name: 'STORAGE_POOL_GET_XML_DESC',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.xml)
  },
  readRet: (r) => ({ xml: r.string() }),
}

export interface StoragePoolGetAutostartArgs {
  readonly pool: StoragePoolRef
}
export interface StoragePoolGetAutostartRet {
  readonly autostart: number
}
export const storagePoolGetAutostart: Procedure<StoragePoolGetAutostartArgs, StoragePoolGetAutostartRet> = {
  program: remoteProgram,
  number: 89,
  name: 'STORAGE_POOL_GET_AUTOSTART',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r) }),
  writeRet: (w, v) => {
    w.int(v.autostart)
  },
  readRet: (r) => ({ autostart: r.int() }),
}

export interface StoragePoolSetAutostartArgs {
  readonly pool: StoragePoolRef
  readonly autostart: number
}

export const storagePoolSetAutostart: Procedure<StoragePoolSetAutostartArgs, undefined> = {
  program: remoteProgram,
  number: 90,
  name: 'STORAGE_POOL_SET_AUTOSTART',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.int(v.autostart)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), autostart: r.int() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StorageVolCreateXmlArgs {
  readonly pool: StoragePoolRef
  readonly xml: string
  readonly flags: number
}
export interface StorageVolCreateXmlRet {
  readonly vol: StorageVolRef
}
export const storageVolCreateXml: Procedure<StorageVolCreateXmlArgs, StorageVolCreateXmlRet> = {
  program: remoteProgram,
  number: 93,
  name: 'STORAGE_VOL_CREATE_XML',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), xml: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readRet: (r) => ({ vol: readStorageVolRef(r) }),
}

export interface StorageVolDeleteArgs {
  readonly vol: StorageVolRef
  readonly flags: number
}

export const storageVolDelete: Procedure<StorageVolDeleteArgs, undefined> = {
  program: remoteProgram,
  number: 94,
  name: 'STORAGE_VOL_DELETE',
  priority: 'low',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StorageVolLookupByNameArgs {
  readonly pool: StoragePoolRef
  readonly name: string
}
export interface StorageVolLookupByNameRet {
  readonly vol: StorageVolRef
}
export const storageVolLookupByName: Procedure<StorageVolLookupByNameArgs, StorageVolLookupByNameRet> = {
  program: remoteProgram,
  number: 95,
  name: 'STORAGE_VOL_LOOKUP_BY_NAME',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.string(v.name)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), name: r.string() }),
  writeRet: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readRet: (r) => ({ vol: readStorageVolRef(r) }),
}

export interface StorageVolLookupByKeyArgs {
  readonly key: string
}
export interface StorageVolLookupByKeyRet {
  readonly vol: StorageVolRef
}
export const storageVolLookupByKey: Procedure<StorageVolLookupByKeyArgs, StorageVolLookupByKeyRet> = {
  program: remoteProgram,
  number: 96,
  name: 'STORAGE_VOL_LOOKUP_BY_KEY',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    w.string(v.key)
  },
  readArgs: (r) => ({ key: r.string() }),
  writeRet: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readRet: (r) => ({ vol: readStorageVolRef(r) }),
}

export interface StorageVolLookupByPathArgs {
  readonly path: string
}
export interface StorageVolLookupByPathRet {
  readonly vol: StorageVolRef
}
export const storageVolLookupByPath: Procedure<StorageVolLookupByPathArgs, StorageVolLookupByPathRet> = {
  program: remoteProgram,
  number: 97,
  name: 'STORAGE_VOL_LOOKUP_BY_PATH',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    w.string(v.path)
  },
  readArgs: (r) => ({ path: r.string() }),
  writeRet: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readRet: (r) => ({ vol: readStorageVolRef(r) }),
}

export interface StorageVolGetInfoArgs {
  readonly vol: StorageVolRef
}
export interface StorageVolGetInfoRet {
  readonly type: number
  readonly capacity: bigint
  readonly allocation: bigint
}
export const storageVolGetInfo: Procedure<StorageVolGetInfoArgs, StorageVolGetInfoRet> = {
  program: remoteProgram,
  number: 98,
  name: 'STORAGE_VOL_GET_INFO',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r) }),
  writeRet: (w, v) => {
    w.int(v.type)
    w.u64(v.capacity)
    w.u64(v.allocation)
  },
  readRet: (r) => ({ type: r.int(), capacity: r.u64(), allocation: r.u64() }),
}

export interface StorageVolGetXmlDescArgs {
  readonly vol: StorageVolRef
  readonly flags: number
}
export interface StorageVolGetXmlDescRet {
  readonly xml: string
}
export const storageVolGetXmlDesc: Procedure<StorageVolGetXmlDescArgs, StorageVolGetXmlDescRet> = {
  program: remoteProgram,
  number: 99,
  name: 'STORAGE_VOL_GET_XML_DESC',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.xml)
  },
  readRet: (r) => ({ xml: r.string() }),
}

export interface StorageVolGetPathArgs {
  readonly vol: StorageVolRef
}
export interface StorageVolGetPathRet {
  readonly name: string
}
export const storageVolGetPath: Procedure<StorageVolGetPathArgs, StorageVolGetPathRet> = {
  program: remoteProgram,
  number: 100,
  name: 'STORAGE_VOL_GET_PATH',
  priority: 'high',
  since: '0.4.1',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r) }),
  writeRet: (w, v) => {
    w.string(v.name)
  },
  readRet: (r) => ({ name: r.string() }),
}

export interface NodeGetCellsFreeMemoryArgs {
  readonly startCell: number
  readonly maxcells: number
}
export interface NodeGetCellsFreeMemoryRet {
  readonly cells: readonly bigint[]
}
export const nodeGetCellsFreeMemory: Procedure<NodeGetCellsFreeMemoryArgs, NodeGetCellsFreeMemoryRet> = {
  program: remoteProgram,
  number: 101,
  name: 'NODE_GET_CELLS_FREE_MEMORY',
  priority: 'high',
  since: '0.3.3',
  writeArgs: (w, v) => {
    w.int(v.startCell)
    w.int(v.maxcells)
  },
  readArgs: (r) => ({ startCell: r.int(), maxcells: r.int() }),
  writeRet: (w, v) => {
    w.list(v.cells, 1024, (w, v) => {
      w.u64(v)
    })
  },
  readRet: (r) => ({ cells: r.list(1024, (r) => r.u64()) }),
}

export interface NodeGetFreeMemoryRet {
  readonly freeMem: bigint
}
export const nodeGetFreeMemory: Procedure<undefined, NodeGetFreeMemoryRet> = {
  program: remoteProgram,
  number: 102,
  name: 'NODE_GET_FREE_MEMORY',
  priority: 'high',
  since: '0.3.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.u64(v.freeMem)
  },
  readRet: (r) => ({ freeMem: r.u64() }),
}

export interface DomainMemoryPeekArgs {
  readonly dom: DomainRef
  readonly offset: bigint
  readonly size: number
  readonly flags: number
}
export interface DomainMemoryPeekRet {
  readonly buffer: Uint8Array
}
export const domainMemoryPeek: Procedure<DomainMemoryPeekArgs, DomainMemoryPeekRet> = {
  program: remoteProgram,
  number: 104,
  name: 'DOMAIN_MEMORY_PEEK',
  priority: 'low',
  since: '0.4.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u64(v.offset)
    w.u32(v.size)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), offset: r.u64(), size: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.opaque(v.buffer)
  },
  readRet: (r) => ({ buffer: r.opaque(4194304) }),
}

export interface ConnectGetUriRet {
  readonly uri: string
}
export const connectGetUri: Procedure<undefined, ConnectGetUriRet> = {
  program: remoteProgram,
  number: 110,
  name: 'CONNECT_GET_URI',
  priority: 'high',
  since: '0.3.0',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.string(v.uri)
  },
  readRet: (r) => ({ uri: r.string() }),
}

export interface SecretLookupByUuidArgs {
  readonly uuid: string
}
export interface SecretLookupByUuidRet {
  readonly secret: SecretRef
}
export const secretLookupByUuid: Procedure<SecretLookupByUuidArgs, SecretLookupByUuidRet> = {
  program: remoteProgram,
  number: 141,
  name: 'SECRET_LOOKUP_BY_UUID',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    w.uuid(v.uuid)
  },
  readArgs: (r) => ({ uuid: r.uuid() }),
  writeRet: (w, v) => {
    writeSecretRef(w, v.secret)
  },
  readRet: (r) => ({ secret: readSecretRef(r) }),
}

export interface SecretDefineXmlArgs {
  readonly xml: string
  readonly flags: number
}
export interface SecretDefineXmlRet {
  readonly secret: SecretRef
}
export const secretDefineXml: Procedure<SecretDefineXmlArgs, SecretDefineXmlRet> = {
  program: remoteProgram,
  number: 142,
  name: 'SECRET_DEFINE_XML',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xml: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    writeSecretRef(w, v.secret)
  },
  readRet: (r) => ({ secret: readSecretRef(r) }),
}

export interface SecretGetXmlDescArgs {
  readonly secret: SecretRef
  readonly flags: number
}
export interface SecretGetXmlDescRet {
  readonly xml: string
}
export const secretGetXmlDesc: Procedure<SecretGetXmlDescArgs, SecretGetXmlDescRet> = {
  program: remoteProgram,
  number: 143,
  name: 'SECRET_GET_XML_DESC',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    writeSecretRef(w, v.secret)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ secret: readSecretRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.xml)
  },
  readRet: (r) => ({ xml: r.string() }),
}

export interface SecretSetValueArgs {
  readonly secret: SecretRef
  readonly value: Uint8Array
  readonly flags: number
}

export const secretSetValue: Procedure<SecretSetValueArgs, undefined> = {
  program: remoteProgram,
  number: 144,
  name: 'SECRET_SET_VALUE',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    writeSecretRef(w, v.secret)
    w.opaque(v.value)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ secret: readSecretRef(r), value: r.opaque(65536), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface SecretGetValueArgs {
  readonly secret: SecretRef
  readonly flags: number
}
export interface SecretGetValueRet {
  readonly value: Uint8Array
}
export const secretGetValue: Procedure<SecretGetValueArgs, SecretGetValueRet> = {
  program: remoteProgram,
  number: 145,
  name: 'SECRET_GET_VALUE',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    writeSecretRef(w, v.secret)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ secret: readSecretRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.opaque(v.value)
  },
  readRet: (r) => ({ value: r.opaque(65536) }),
}

export interface SecretUndefineArgs {
  readonly secret: SecretRef
}

export const secretUndefine: Procedure<SecretUndefineArgs, undefined> = {
  program: remoteProgram,
  number: 146,
  name: 'SECRET_UNDEFINE',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    writeSecretRef(w, v.secret)
  },
  readArgs: (r) => ({ secret: readSecretRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface SecretLookupByUsageArgs {
  readonly usageType: number
  readonly usageID: string
}
export interface SecretLookupByUsageRet {
  readonly secret: SecretRef
}
export const secretLookupByUsage: Procedure<SecretLookupByUsageArgs, SecretLookupByUsageRet> = {
  program: remoteProgram,
  number: 147,
  name: 'SECRET_LOOKUP_BY_USAGE',
  priority: 'high',
  since: '0.7.1',
  writeArgs: (w, v) => {
    w.int(v.usageType)
    w.string(v.usageID)
  },
  readArgs: (r) => ({ usageType: r.int(), usageID: r.string() }),
  writeRet: (w, v) => {
    writeSecretRef(w, v.secret)
  },
  readRet: (r) => ({ secret: readSecretRef(r) }),
}

export interface ConnectIsSecureRet {
  readonly secure: number
}
export const connectIsSecure: Procedure<undefined, ConnectIsSecureRet> = {
  program: remoteProgram,
  number: 149,
  name: 'CONNECT_IS_SECURE',
  priority: 'high',
  since: '0.7.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.int(v.secure)
  },
  readRet: (r) => ({ secure: r.int() }),
}

export interface DomainIsActiveArgs {
  readonly dom: DomainRef
}
export interface DomainIsActiveRet {
  readonly active: number
}
export const domainIsActive: Procedure<DomainIsActiveArgs, DomainIsActiveRet> = {
  program: remoteProgram,
  number: 150,
  name: 'DOMAIN_IS_ACTIVE',
  priority: 'high',
  since: '0.7.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.int(v.active)
  },
  readRet: (r) => ({ active: r.int() }),
}

export interface DomainIsPersistentArgs {
  readonly dom: DomainRef
}
export interface DomainIsPersistentRet {
  readonly persistent: number
}
export const domainIsPersistent: Procedure<DomainIsPersistentArgs, DomainIsPersistentRet> = {
  program: remoteProgram,
  number: 151,
  name: 'DOMAIN_IS_PERSISTENT',
  priority: 'high',
  since: '0.7.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.int(v.persistent)
  },
  readRet: (r) => ({ persistent: r.int() }),
}

export interface NetworkIsActiveArgs {
  readonly net: NetworkRef
}
export interface NetworkIsActiveRet {
  readonly active: number
}
export const networkIsActive: Procedure<NetworkIsActiveArgs, NetworkIsActiveRet> = {
  program: remoteProgram,
  number: 152,
  name: 'NETWORK_IS_ACTIVE',
  priority: 'high',
  since: '0.7.3',
  writeArgs: (w, v) => {
    writeNetworkRef(w, v.net)
  },
  readArgs: (r) => ({ net: readNetworkRef(r) }),
  writeRet: (w, v) => {
    w.int(v.active)
  },
  readRet: (r) => ({ active: r.int() }),
}

export interface NetworkIsPersistentArgs {
  readonly net: NetworkRef
}
export interface NetworkIsPersistentRet {
  readonly persistent: number
}
export const networkIsPersistent: Procedure<NetworkIsPersistentArgs, NetworkIsPersistentRet> = {
  program: remoteProgram,
  number: 153,
  name: 'NETWORK_IS_PERSISTENT',
  priority: 'high',
  since: '0.7.3',
  writeArgs: (w, v) => {
    writeNetworkRef(w, v.net)
  },
  readArgs: (r) => ({ net: readNetworkRef(r) }),
  writeRet: (w, v) => {
    w.int(v.persistent)
  },
  readRet: (r) => ({ persistent: r.int() }),
}

export interface StoragePoolIsActiveArgs {
  readonly pool: StoragePoolRef
}
export interface StoragePoolIsActiveRet {
  readonly active: number
}
export const storagePoolIsActive: Procedure<StoragePoolIsActiveArgs, StoragePoolIsActiveRet> = {
  program: remoteProgram,
  number: 154,
  name: 'STORAGE_POOL_IS_ACTIVE',
  priority: 'high',
  since: '0.7.3',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r) }),
  writeRet: (w, v) => {
    w.int(v.active)
  },
  readRet: (r) => ({ active: r.int() }),
}

export interface StoragePoolIsPersistentArgs {
  readonly pool: StoragePoolRef
}
export interface StoragePoolIsPersistentRet {
  readonly persistent: number
}
export const storagePoolIsPersistent: Procedure<StoragePoolIsPersistentArgs, StoragePoolIsPersistentRet> = {
  program: remoteProgram,
  number: 155,
  name: 'STORAGE_POOL_IS_PERSISTENT',
  priority: 'high',
  since: '0.7.3',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r) }),
  writeRet: (w, v) => {
    w.int(v.persistent)
  },
  readRet: (r) => ({ persistent: r.int() }),
}

export interface ConnectGetLibVersionRet {
  readonly libVer: bigint
}
export const connectGetLibVersion: Procedure<undefined, ConnectGetLibVersionRet> = {
  program: remoteProgram,
  number: 157,
  name: 'CONNECT_GET_LIB_VERSION',
  priority: 'high',
  since: '0.7.3',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: (w, v) => {
    w.u64(v.libVer)
  },
  readRet: (r) => ({ libVer: r.u64() }),
}

export interface ConnectCompareCpuArgs {
  readonly xml: string
  readonly flags: number
}
export interface ConnectCompareCpuRet {
  readonly result: number
}
export const connectCompareCpu: Procedure<ConnectCompareCpuArgs, ConnectCompareCpuRet> = {
  program: remoteProgram,
  number: 158,
  name: 'CONNECT_COMPARE_CPU',
  priority: 'high',
  since: '0.7.5',
  writeArgs: (w, v) => {
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xml: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.result)
  },
  readRet: (r) => ({ result: r.int() }),
}

export interface DomainMemoryStatsArgs {
  readonly dom: DomainRef
  readonly maxStats: number
  readonly flags: number
}
export interface DomainMemoryStatsRet {
  readonly stats: readonly DomainMemoryStat[]
}
export const domainMemoryStats: Procedure<DomainMemoryStatsArgs, DomainMemoryStatsRet> = {
  program: remoteProgram,
  number: 159,
  name: 'DOMAIN_MEMORY_STATS',
  priority: 'low',
  since: '0.7.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.maxStats)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), maxStats: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.stats, 1024, writeDomainMemoryStat)
  },
  readRet: (r) => ({ stats: r.list(1024, readDomainMemoryStat) }),
}

export interface DomainAttachDeviceFlagsArgs {
  readonly dom: DomainRef
  readonly xml: string
  readonly flags: number
}

export const domainAttachDeviceFlags: Procedure<DomainAttachDeviceFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 160,
  name: 'DOMAIN_ATTACH_DEVICE_FLAGS',
  priority: 'low',
  since: '0.7.7',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), xml: r.string(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainDetachDeviceFlagsArgs {
  readonly dom: DomainRef
  readonly xml: string
  readonly flags: number
}

export const domainDetachDeviceFlags: Procedure<DomainDetachDeviceFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 161,
  name: 'DOMAIN_DETACH_DEVICE_FLAGS',
  priority: 'low',
  since: '0.7.7',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), xml: r.string(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface ConnectBaselineCpuArgs {
  readonly xmlCPUs: readonly string[]
  readonly flags: number
}
export interface ConnectBaselineCpuRet {
  readonly cpu: string
}
export const connectBaselineCpu: Procedure<ConnectBaselineCpuArgs, ConnectBaselineCpuRet> = {
  program: remoteProgram,
  number: 162,
  name: 'CONNECT_BASELINE_CPU',
  priority: 'low',
  since: '0.7.7',
  writeArgs: (w, v) => {
    w.list(v.xmlCPUs, 256, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xmlCPUs: r.list(256, (r) => r.string()), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.cpu)
  },
  readRet: (r) => ({ cpu: r.string() }),
}

export interface DomainGetJobInfoArgs {
  readonly dom: DomainRef
}
export interface DomainGetJobInfoRet {
  readonly type: number
  readonly timeElapsed: bigint
  readonly timeRemaining: bigint
  readonly dataTotal: bigint
  readonly dataProcessed: bigint
  readonly dataRemaining: bigint
  readonly memTotal: bigint
  readonly memProcessed: bigint
  readonly memRemaining: bigint
  readonly fileTotal: bigint
  readonly fileProcessed: bigint
  readonly fileRemaining: bigint
}
export const domainGetJobInfo: Procedure<DomainGetJobInfoArgs, DomainGetJobInfoRet> = {
  program: remoteProgram,
  number: 163,
  name: 'DOMAIN_GET_JOB_INFO',
  priority: 'low',
  since: '0.7.7',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.int(v.type)
    w.u64(v.timeElapsed)
    w.u64(v.timeRemaining)
    w.u64(v.dataTotal)
    w.u64(v.dataProcessed)
    w.u64(v.dataRemaining)
    w.u64(v.memTotal)
    w.u64(v.memProcessed)
    w.u64(v.memRemaining)
    w.u64(v.fileTotal)
    w.u64(v.fileProcessed)
    w.u64(v.fileRemaining)
  },
  readRet: (r) => ({
    type: r.int(),
    timeElapsed: r.u64(),
    timeRemaining: r.u64(),
    dataTotal: r.u64(),
    dataProcessed: r.u64(),
    dataRemaining: r.u64(),
    memTotal: r.u64(),
    memProcessed: r.u64(),
    memRemaining: r.u64(),
    fileTotal: r.u64(),
    fileProcessed: r.u64(),
    fileRemaining: r.u64(),
  }),
}

export interface DomainAbortJobArgs {
  readonly dom: DomainRef
}

export const domainAbortJob: Procedure<DomainAbortJobArgs, undefined> = {
  program: remoteProgram,
  number: 164,
  name: 'DOMAIN_ABORT_JOB',
  priority: 'low',
  since: '0.7.7',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainMigrateSetMaxDowntimeArgs {
  readonly dom: DomainRef
  readonly downtime: bigint
  readonly flags: number
}

export const domainMigrateSetMaxDowntime: Procedure<DomainMigrateSetMaxDowntimeArgs, undefined> = {
  program: remoteProgram,
  number: 166,
  name: 'DOMAIN_MIGRATE_SET_MAX_DOWNTIME',
  priority: 'low',
  since: '0.8.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u64(v.downtime)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), downtime: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainUpdateDeviceFlagsArgs {
  readonly dom: DomainRef
  readonly xml: string
  readonly flags: number
}

export const domainUpdateDeviceFlags: Procedure<DomainUpdateDeviceFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 174,
  name: 'DOMAIN_UPDATE_DEVICE_FLAGS',
  priority: 'low',
  since: '0.8.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), xml: r.string(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainManagedSaveArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainManagedSave: Procedure<DomainManagedSaveArgs, undefined> = {
  program: remoteProgram,
  number: 182,
  name: 'DOMAIN_MANAGED_SAVE',
  priority: 'low',
  since: '0.8.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainHasManagedSaveImageArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainHasManagedSaveImageRet {
  readonly result: number
}
export const domainHasManagedSaveImage: Procedure<DomainHasManagedSaveImageArgs, DomainHasManagedSaveImageRet> = {
  program: remoteProgram,
  number: 183,
  name: 'DOMAIN_HAS_MANAGED_SAVE_IMAGE',
  priority: 'low',
  since: '0.8.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.result)
  },
  readRet: (r) => ({ result: r.int() }),
}

export interface DomainManagedSaveRemoveArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainManagedSaveRemove: Procedure<DomainManagedSaveRemoveArgs, undefined> = {
  program: remoteProgram,
  number: 184,
  name: 'DOMAIN_MANAGED_SAVE_REMOVE',
  priority: 'low',
  since: '0.8.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetBlockInfoArgs {
  readonly dom: DomainRef
  readonly path: string
  readonly flags: number
}
export interface DomainGetBlockInfoRet {
  readonly allocation: bigint
  readonly capacity: bigint
  readonly physical: bigint
}
export const domainGetBlockInfo: Procedure<DomainGetBlockInfoArgs, DomainGetBlockInfoRet> = {
  program: remoteProgram,
  number: 194,
  name: 'DOMAIN_GET_BLOCK_INFO',
  priority: 'low',
  since: '0.8.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), path: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.u64(v.allocation)
    w.u64(v.capacity)
    w.u64(v.physical)
  },
  readRet: (r) => ({ allocation: r.u64(), capacity: r.u64(), physical: r.u64() }),
}

export interface DomainCreateWithFlagsArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainCreateWithFlagsRet {
  readonly dom: DomainRef
}
export const domainCreateWithFlags: Procedure<DomainCreateWithFlagsArgs, DomainCreateWithFlagsRet> = {
  program: remoteProgram,
  number: 196,
  name: 'DOMAIN_CREATE_WITH_FLAGS',
  priority: 'low',
  since: '0.8.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainGetMemoryParametersArgs {
  readonly dom: DomainRef
  readonly nparams: number
  readonly flags: number
}
export interface DomainGetMemoryParametersRet {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}
export const domainGetMemoryParameters: Procedure<DomainGetMemoryParametersArgs, DomainGetMemoryParametersRet> = {
  program: remoteProgram,
  number: 198,
  name: 'DOMAIN_GET_MEMORY_PARAMETERS',
  priority: 'low',
  since: '0.8.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 16, writeTypedParam)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(16, readTypedParam), nparams: r.int() }),
}

export interface DomainSetVcpusFlagsArgs {
  readonly dom: DomainRef
  readonly nvcpus: number
  readonly flags: number
}

export const domainSetVcpusFlags: Procedure<DomainSetVcpusFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 199,
  name: 'DOMAIN_SET_VCPUS_FLAGS',
  priority: 'low',
  since: '0.8.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.nvcpus)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), nvcpus: r.u32(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetVcpusFlagsArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetVcpusFlagsRet {
  readonly num: number
}
export const domainGetVcpusFlags: Procedure<DomainGetVcpusFlagsArgs, DomainGetVcpusFlagsRet> = {
  program: remoteProgram,
  number: 200,
  name: 'DOMAIN_GET_VCPUS_FLAGS',
  priority: 'low',
  since: '0.8.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.num)
  },
  readRet: (r) => ({ num: r.int() }),
}

export interface DomainOpenConsoleArgs {
  readonly dom: DomainRef
  readonly devName: string | undefined
  readonly flags: number
}

export const domainOpenConsole: Procedure<DomainOpenConsoleArgs, undefined> = {
  program: remoteProgram,
  number: 201,
  name: 'DOMAIN_OPEN_CONSOLE',
  priority: 'low',
  since: '0.8.6',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.optional(v.devName, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), devName: r.optional((r) => r.string()), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainIsUpdatedArgs {
  readonly dom: DomainRef
}
export interface DomainIsUpdatedRet {
  readonly updated: number
}
export const domainIsUpdated: Procedure<DomainIsUpdatedArgs, DomainIsUpdatedRet> = {
  program: remoteProgram,
  number: 202,
  name: 'DOMAIN_IS_UPDATED',
  priority: 'high',
  since: '0.8.6',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.int(v.updated)
  },
  readRet: (r) => ({ updated: r.int() }),
}

export interface ConnectGetSysinfoArgs {
  readonly flags: number
}
export interface ConnectGetSysinfoRet {
  readonly sysinfo: string
}
export const connectGetSysinfo: Procedure<ConnectGetSysinfoArgs, ConnectGetSysinfoRet> = {
  program: remoteProgram,
  number: 203,
  name: 'CONNECT_GET_SYSINFO',
  priority: 'high',
  since: '0.8.8',
  writeArgs: (w, v) => {
    w.u32(v.flags)
  },
  readArgs: (r) => ({ flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.sysinfo)
  },
  readRet: (r) => ({ sysinfo: r.string() }),
}

export interface DomainSetMemoryFlagsArgs {
  readonly dom: DomainRef
  readonly memory: bigint
  readonly flags: number
}

export const domainSetMemoryFlags: Procedure<DomainSetMemoryFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 204,
  name: 'DOMAIN_SET_MEMORY_FLAGS',
  priority: 'low',
  since: '0.9.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u64(v.memory)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), memory: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetBlkioParametersArgs {
  readonly dom: DomainRef
  readonly nparams: number
  readonly flags: number
}
export interface DomainGetBlkioParametersRet {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}
export const domainGetBlkioParameters: Procedure<DomainGetBlkioParametersArgs, DomainGetBlkioParametersRet> = {
  program: remoteProgram,
  number: 206,
  name: 'DOMAIN_GET_BLKIO_PARAMETERS',
  priority: 'low',
  since: '0.9.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 16, writeTypedParam)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(16, readTypedParam), nparams: r.int() }),
}

export interface DomainMigrateSetMaxSpeedArgs {
  readonly dom: DomainRef
  readonly bandwidth: bigint
  readonly flags: number
}

export const domainMigrateSetMaxSpeed: Procedure<DomainMigrateSetMaxSpeedArgs, undefined> = {
  program: remoteProgram,
  number: 207,
  name: 'DOMAIN_MIGRATE_SET_MAX_SPEED',
  priority: 'low',
  since: '0.9.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u64(v.bandwidth)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), bandwidth: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StorageVolUploadArgs {
  readonly vol: StorageVolRef
  readonly offset: bigint
  readonly length: bigint
  readonly flags: number
}

export const storageVolUpload: Procedure<StorageVolUploadArgs, undefined> = {
  program: remoteProgram,
  number: 208,
  name: 'STORAGE_VOL_UPLOAD',
  priority: 'low',
  since: '0.9.0',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
    w.u64(v.offset)
    w.u64(v.length)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r), offset: r.u64(), length: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StorageVolDownloadArgs {
  readonly vol: StorageVolRef
  readonly offset: bigint
  readonly length: bigint
  readonly flags: number
}

export const storageVolDownload: Procedure<StorageVolDownloadArgs, undefined> = {
  program: remoteProgram,
  number: 209,
  name: 'STORAGE_VOL_DOWNLOAD',
  priority: 'low',
  since: '0.9.0',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
    w.u64(v.offset)
    w.u64(v.length)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r), offset: r.u64(), length: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainInjectNmiArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainInjectNmi: Procedure<DomainInjectNmiArgs, undefined> = {
  program: remoteProgram,
  number: 210,
  name: 'DOMAIN_INJECT_NMI',
  priority: 'low',
  since: '0.9.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainScreenshotArgs {
  readonly dom: DomainRef
  readonly screen: number
  readonly flags: number
}
export interface DomainScreenshotRet {
  readonly mime: string | undefined
}
export const domainScreenshot: Procedure<DomainScreenshotArgs, DomainScreenshotRet> = {
  program: remoteProgram,
  number: 211,
  name: 'DOMAIN_SCREENSHOT',
  priority: 'low',
  since: '0.9.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.screen)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), screen: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.optional(v.mime, (w, v) => {
      w.string(v)
    })
  },
  readRet: (r) => ({ mime: r.optional((r) => r.string()) }),
}

export interface DomainGetStateArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetStateRet {
  readonly state: number
  readonly reason: number
}
export const domainGetState: Procedure<DomainGetStateArgs, DomainGetStateRet> = {
  program: remoteProgram,
  number: 212,
  name: 'DOMAIN_GET_STATE',
  priority: 'high',
  since: '0.9.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.state)
    w.int(v.reason)
  },
  readRet: (r) => ({ state: r.int(), reason: r.int() }),
}

export interface DomainSetSchedulerParametersFlagsArgs {
  readonly dom: DomainRef
  readonly params: readonly TypedParam[]
  readonly flags: number
}

export const domainSetSchedulerParametersFlags: Procedure<DomainSetSchedulerParametersFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 219,
  name: 'DOMAIN_SET_SCHEDULER_PARAMETERS_FLAGS',
  priority: 'low',
  since: '0.9.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.list(v.params, 16, writeTypedParam)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), params: r.list(16, readTypedParam), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetSchedulerParametersFlagsArgs {
  readonly dom: DomainRef
  readonly nparams: number
  readonly flags: number
}
export interface DomainGetSchedulerParametersFlagsRet {
  readonly params: readonly TypedParam[]
}
export const domainGetSchedulerParametersFlags: Procedure<
  DomainGetSchedulerParametersFlagsArgs,
  DomainGetSchedulerParametersFlagsRet
> = {
  program: remoteProgram,
  number: 223,
  name: 'DOMAIN_GET_SCHEDULER_PARAMETERS_FLAGS',
  priority: 'low',
  since: '0.9.2',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 16, writeTypedParam)
  },
  readRet: (r) => ({ params: r.list(16, readTypedParam) }),
}

export interface DomainPinVcpuFlagsArgs {
  readonly dom: DomainRef
  readonly vcpu: number
  readonly cpumap: Uint8Array
  readonly flags: number
}

export const domainPinVcpuFlags: Procedure<DomainPinVcpuFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 225,
  name: 'DOMAIN_PIN_VCPU_FLAGS',
  priority: 'low',
  since: '0.9.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.vcpu)
    w.opaque(v.cpumap)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), vcpu: r.u32(), cpumap: r.opaque(2048), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface NodeGetCpuStatsArgs {
  readonly cpuNum: number
  readonly nparams: number
  readonly flags: number
}
export interface NodeGetCpuStatsRet {
  readonly params: readonly NodeGetCpuStats[]
  readonly nparams: number
}
export const nodeGetCpuStats: Procedure<NodeGetCpuStatsArgs, NodeGetCpuStatsRet> = {
  program: remoteProgram,
  number: 227,
  name: 'NODE_GET_CPU_STATS',
  priority: 'high',
  since: '0.9.3',
  writeArgs: (w, v) => {
    w.int(v.cpuNum)
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ cpuNum: r.int(), nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 16, writeNodeGetCpuStats)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(16, readNodeGetCpuStats), nparams: r.int() }),
}

export interface NodeGetMemoryStatsArgs {
  readonly nparams: number
  readonly cellNum: number
  readonly flags: number
}
export interface NodeGetMemoryStatsRet {
  readonly params: readonly NodeGetMemoryStats[]
  readonly nparams: number
}
export const nodeGetMemoryStats: Procedure<NodeGetMemoryStatsArgs, NodeGetMemoryStatsRet> = {
  program: remoteProgram,
  number: 228,
  name: 'NODE_GET_MEMORY_STATS',
  priority: 'high',
  since: '0.9.3',
  writeArgs: (w, v) => {
    w.int(v.nparams)
    w.int(v.cellNum)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ nparams: r.int(), cellNum: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 16, writeNodeGetMemoryStats)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(16, readNodeGetMemoryStats), nparams: r.int() }),
}

export interface DomainGetControlInfoArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetControlInfoRet {
  readonly state: number
  readonly details: number
  readonly stateTime: bigint
}
export const domainGetControlInfo: Procedure<DomainGetControlInfoArgs, DomainGetControlInfoRet> = {
  program: remoteProgram,
  number: 229,
  name: 'DOMAIN_GET_CONTROL_INFO',
  priority: 'high',
  since: '0.9.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.u32(v.state)
    w.u32(v.details)
    w.u64(v.stateTime)
  },
  readRet: (r) => ({ state: r.u32(), details: r.u32(), stateTime: r.u64() }),
}

export interface DomainGetVcpuPinInfoArgs {
  readonly dom: DomainRef
  readonly ncpumaps: number
  readonly maplen: number
  readonly flags: number
}
export interface DomainGetVcpuPinInfoRet {
  readonly cpumaps: Uint8Array
  readonly num: number
}
export const domainGetVcpuPinInfo: Procedure<DomainGetVcpuPinInfoArgs, DomainGetVcpuPinInfoRet> = {
  program: remoteProgram,
  number: 230,
  name: 'DOMAIN_GET_VCPU_PIN_INFO',
  priority: 'low',
  since: '0.9.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.ncpumaps)
    w.int(v.maplen)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), ncpumaps: r.int(), maplen: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.opaque(v.cpumaps)
    w.int(v.num)
  },
  readRet: (r) => ({ cpumaps: r.opaque(8388608), num: r.int() }),
}

export interface DomainUndefineFlagsArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainUndefineFlags: Procedure<DomainUndefineFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 231,
  name: 'DOMAIN_UNDEFINE_FLAGS',
  priority: 'high',
  since: '0.9.4',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainDestroyFlagsArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainDestroyFlags: Procedure<DomainDestroyFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 234,
  name: 'DOMAIN_DESTROY_FLAGS',
  priority: 'high',
  since: '0.9.4',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainBlockJobAbortArgs {
  readonly dom: DomainRef
  readonly path: string
  readonly flags: number
}

export const domainBlockJobAbort: Procedure<DomainBlockJobAbortArgs, undefined> = {
  program: remoteProgram,
  number: 237,
  name: 'DOMAIN_BLOCK_JOB_ABORT',
  priority: 'low',
  since: '0.9.4',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), path: r.string(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetBlockJobInfoArgs {
  readonly dom: DomainRef
  readonly path: string
  readonly flags: number
}
export interface DomainGetBlockJobInfoRet {
  readonly found: number
  readonly type: number
  readonly bandwidth: bigint
  readonly cur: bigint
  readonly end: bigint
}
export const domainGetBlockJobInfo: Procedure<DomainGetBlockJobInfoArgs, DomainGetBlockJobInfoRet> = {
  program: remoteProgram,
  number: 238,
  name: 'DOMAIN_GET_BLOCK_JOB_INFO',
  priority: 'low',
  since: '0.9.4',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), path: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.found)
    w.int(v.type)
    w.u64(v.bandwidth)
    w.u64(v.cur)
    w.u64(v.end)
  },
  readRet: (r) => ({ found: r.int(), type: r.int(), bandwidth: r.u64(), cur: r.u64(), end: r.u64() }),
}

export interface DomainBlockJobSetSpeedArgs {
  readonly dom: DomainRef
  readonly path: string
  readonly bandwidth: bigint
  readonly flags: number
}

export const domainBlockJobSetSpeed: Procedure<DomainBlockJobSetSpeedArgs, undefined> = {
  program: remoteProgram,
  number: 239,
  name: 'DOMAIN_BLOCK_JOB_SET_SPEED',
  priority: 'low',
  since: '0.9.4',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.u64(v.bandwidth)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), path: r.string(), bandwidth: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainMigrateGetMaxSpeedArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainMigrateGetMaxSpeedRet {
  readonly bandwidth: bigint
}
export const domainMigrateGetMaxSpeed: Procedure<DomainMigrateGetMaxSpeedArgs, DomainMigrateGetMaxSpeedRet> = {
  program: remoteProgram,
  number: 242,
  name: 'DOMAIN_MIGRATE_GET_MAX_SPEED',
  priority: 'low',
  since: '0.9.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.u64(v.bandwidth)
  },
  readRet: (r) => ({ bandwidth: r.u64() }),
}

export interface DomainBlockStatsFlagsArgs {
  readonly dom: DomainRef
  readonly path: string
  readonly nparams: number
  readonly flags: number
}
export interface DomainBlockStatsFlagsRet {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}
export const domainBlockStatsFlags: Procedure<DomainBlockStatsFlagsArgs, DomainBlockStatsFlagsRet> = {
  program: remoteProgram,
  number: 243,
  name: 'DOMAIN_BLOCK_STATS_FLAGS',
  priority: 'low',
  since: '0.9.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), path: r.string(), nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 16, writeTypedParam)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(16, readTypedParam), nparams: r.int() }),
}

export interface DomainResetArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainReset: Procedure<DomainResetArgs, undefined> = {
  program: remoteProgram,
  number: 245,
  name: 'DOMAIN_RESET',
  priority: 'low',
  since: '0.9.7',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainBlockResizeArgs {
  readonly dom: DomainRef
  readonly disk: string
  readonly size: bigint
  readonly flags: number
}

export const domainBlockResize: Procedure<DomainBlockResizeArgs, undefined> = {
  program: remoteProgram,
  number: 251,
  name: 'DOMAIN_BLOCK_RESIZE',
  priority: 'low',
  since: '0.9.8',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.disk)
    w.u64(v.size)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), disk: r.string(), size: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetBlockIoTuneArgs {
  readonly dom: DomainRef
  readonly disk: string | undefined
  readonly nparams: number
  readonly flags: number
}
export interface DomainGetBlockIoTuneRet {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}
export const domainGetBlockIoTune: Procedure<DomainGetBlockIoTuneArgs, DomainGetBlockIoTuneRet> = {
  program: remoteProgram,
  number: 253,
  name: 'DOMAIN_GET_BLOCK_IO_TUNE',
  priority: 'low',
  since: '0.9.8',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.optional(v.disk, (w, v) => {
      w.string(v)
    })
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), disk: r.optional((r) => r.string()), nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 32, writeTypedParam)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(32, readTypedParam), nparams: r.int() }),
}

export interface DomainShutdownFlagsArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainShutdownFlags: Procedure<DomainShutdownFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 258,
  name: 'DOMAIN_SHUTDOWN_FLAGS',
  priority: 'low',
  since: '0.9.10',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface StorageVolResizeArgs {
  readonly vol: StorageVolRef
  readonly capacity: bigint
  readonly flags: number
}

export const storageVolResize: Procedure<StorageVolResizeArgs, undefined> = {
  program: remoteProgram,
  number: 260,
  name: 'STORAGE_VOL_RESIZE',
  priority: 'low',
  since: '0.9.10',
  writeArgs: (w, v) => {
    writeStorageVolRef(w, v.vol)
    w.u64(v.capacity)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ vol: readStorageVolRef(r), capacity: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetCpuStatsArgs {
  readonly dom: DomainRef
  readonly nparams: number
  readonly startCpu: number
  readonly ncpus: number
  readonly flags: number
}
export interface DomainGetCpuStatsRet {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}
export const domainGetCpuStats: Procedure<DomainGetCpuStatsArgs, DomainGetCpuStatsRet> = {
  program: remoteProgram,
  number: 262,
  name: 'DOMAIN_GET_CPU_STATS',
  priority: 'low',
  since: '0.9.10',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.nparams)
    w.int(v.startCpu)
    w.u32(v.ncpus)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), nparams: r.u32(), startCpu: r.int(), ncpus: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 2048, writeTypedParam)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(2048, readTypedParam), nparams: r.int() }),
}

export interface DomainGetDiskErrorsArgs {
  readonly dom: DomainRef
  readonly maxerrors: number
  readonly flags: number
}
export interface DomainGetDiskErrorsRet {
  readonly errors: readonly DomainDiskError[]
  readonly nerrors: number
}
export const domainGetDiskErrors: Procedure<DomainGetDiskErrorsArgs, DomainGetDiskErrorsRet> = {
  program: remoteProgram,
  number: 263,
  name: 'DOMAIN_GET_DISK_ERRORS',
  priority: 'low',
  since: '0.9.10',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.maxerrors)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), maxerrors: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.errors, 256, writeDomainDiskError)
    w.int(v.nerrors)
  },
  readRet: (r) => ({ errors: r.list(256, readDomainDiskError), nerrors: r.int() }),
}

export interface DomainSetMetadataArgs {
  readonly dom: DomainRef
  readonly type: number
  readonly metadata: string | undefined
  readonly key: string | undefined
  readonly uri: string | undefined
  readonly flags: number
}

export const domainSetMetadata: Procedure<DomainSetMetadataArgs, undefined> = {
  program: remoteProgram,
  number: 264,
  name: 'DOMAIN_SET_METADATA',
  priority: 'low',
  since: '0.9.10',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.type)
    w.optional(v.metadata, (w, v) => {
      w.string(v)
    })
    w.optional(v.key, (w, v) => {
      w.string(v)
    })
    w.optional(v.uri, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    dom: readDomainRef(r),
    type: r.int(),
    metadata: r.optional((r) => r.string()),
    key: r.optional((r) => r.string()),
    uri: r.optional((r) => r.string()),
    flags: r.u32(),
  }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetMetadataArgs {
  readonly dom: DomainRef
  readonly type: number
  readonly uri: string | undefined
  readonly flags: number
}
export interface DomainGetMetadataRet {
  readonly metadata: string
}
export const domainGetMetadata: Procedure<DomainGetMetadataArgs, DomainGetMetadataRet> = {
  program: remoteProgram,
  number: 265,
  name: 'DOMAIN_GET_METADATA',
  priority: 'low',
  since: '0.9.10',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.type)
    w.optional(v.uri, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), type: r.int(), uri: r.optional((r) => r.string()), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.metadata)
  },
  readRet: (r) => ({ metadata: r.string() }),
}

export interface ConnectListAllDomainsArgs {
  readonly needResults: number
  readonly flags: number
}
export interface ConnectListAllDomainsRet {
  readonly domains: readonly DomainRef[]
  readonly ret: number
}
export const connectListAllDomains: Procedure<ConnectListAllDomainsArgs, ConnectListAllDomainsRet> = {
  program: remoteProgram,
  number: 273,
  name: 'CONNECT_LIST_ALL_DOMAINS',
  priority: 'high',
  since: '0.9.13',
  writeArgs: (w, v) => {
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.domains, 16384, writeDomainRef)
    w.u32(v.ret)
  },
  readRet: (r) => ({ domains: r.list(16384, readDomainRef), ret: r.u32() }),
}

export interface DomainListAllSnapshotsArgs {
  readonly dom: DomainRef
  readonly needResults: number
  readonly flags: number
}
export interface DomainListAllSnapshotsRet {
  readonly snapshots: readonly DomainSnapshot[]
  readonly ret: number
}
export const domainListAllSnapshots: Procedure<DomainListAllSnapshotsArgs, DomainListAllSnapshotsRet> = {
  program: remoteProgram,
  number: 274,
  name: 'DOMAIN_LIST_ALL_SNAPSHOTS',
  priority: 'high',
  since: '0.9.13',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.snapshots, 16384, writeDomainSnapshot)
    w.int(v.ret)
  },
  readRet: (r) => ({ snapshots: r.list(16384, readDomainSnapshot), ret: r.int() }),
}

export interface DomainPinEmulatorArgs {
  readonly dom: DomainRef
  readonly cpumap: Uint8Array
  readonly flags: number
}

export const domainPinEmulator: Procedure<DomainPinEmulatorArgs, undefined> = {
  program: remoteProgram,
  number: 279,
  name: 'DOMAIN_PIN_EMULATOR',
  priority: 'low',
  since: '0.10.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.opaque(v.cpumap)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), cpumap: r.opaque(2048), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetEmulatorPinInfoArgs {
  readonly dom: DomainRef
  readonly maplen: number
  readonly flags: number
}
export interface DomainGetEmulatorPinInfoRet {
  readonly cpumaps: Uint8Array
  readonly ret: number
}
export const domainGetEmulatorPinInfo: Procedure<DomainGetEmulatorPinInfoArgs, DomainGetEmulatorPinInfoRet> = {
  program: remoteProgram,
  number: 280,
  name: 'DOMAIN_GET_EMULATOR_PIN_INFO',
  priority: 'low',
  since: '0.10.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.maplen)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), maplen: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.opaque(v.cpumaps)
    w.int(v.ret)
  },
  readRet: (r) => ({ cpumaps: r.opaque(8388608), ret: r.int() }),
}

export interface ConnectListAllStoragePoolsArgs {
  readonly needResults: number
  readonly flags: number
}
export interface ConnectListAllStoragePoolsRet {
  readonly pools: readonly StoragePoolRef[]
  readonly ret: number
}
export const connectListAllStoragePools: Procedure<ConnectListAllStoragePoolsArgs, ConnectListAllStoragePoolsRet> = {
  program: remoteProgram,
  number: 281,
  name: 'CONNECT_LIST_ALL_STORAGE_POOLS',
  priority: 'high',
  since: '0.10.2',
  writeArgs: (w, v) => {
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.pools, 16384, writeStoragePoolRef)
    w.u32(v.ret)
  },
  readRet: (r) => ({ pools: r.list(16384, readStoragePoolRef), ret: r.u32() }),
}

export interface StoragePoolListAllVolumesArgs {
  readonly pool: StoragePoolRef
  readonly needResults: number
  readonly flags: number
}
export interface StoragePoolListAllVolumesRet {
  readonly vols: readonly StorageVolRef[]
  readonly ret: number
}
export const storagePoolListAllVolumes: Procedure<StoragePoolListAllVolumesArgs, StoragePoolListAllVolumesRet> = {
  program: remoteProgram,
  number: 282,
  name: 'STORAGE_POOL_LIST_ALL_VOLUMES',
  priority: 'high',
  since: '0.10.2',
  writeArgs: (w, v) => {
    writeStoragePoolRef(w, v.pool)
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pool: readStoragePoolRef(r), needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.vols, 16384, writeStorageVolRef)
    w.u32(v.ret)
  },
  readRet: (r) => ({ vols: r.list(16384, readStorageVolRef), ret: r.u32() }),
}

export interface ConnectListAllNetworksArgs {
  readonly needResults: number
  readonly flags: number
}
export interface ConnectListAllNetworksRet {
  readonly nets: readonly NetworkRef[]
  readonly ret: number
}
export const connectListAllNetworks: Procedure<ConnectListAllNetworksArgs, ConnectListAllNetworksRet> = {
  program: remoteProgram,
  number: 283,
  name: 'CONNECT_LIST_ALL_NETWORKS',
  priority: 'high',
  since: '0.10.2',
  writeArgs: (w, v) => {
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.nets, 16384, writeNetworkRef)
    w.u32(v.ret)
  },
  readRet: (r) => ({ nets: r.list(16384, readNetworkRef), ret: r.u32() }),
}

export interface ConnectListAllSecretsArgs {
  readonly needResults: number
  readonly flags: number
}
export interface ConnectListAllSecretsRet {
  readonly secrets: readonly SecretRef[]
  readonly ret: number
}
export const connectListAllSecrets: Procedure<ConnectListAllSecretsArgs, ConnectListAllSecretsRet> = {
  program: remoteProgram,
  number: 287,
  name: 'CONNECT_LIST_ALL_SECRETS',
  priority: 'high',
  since: '0.10.2',
  writeArgs: (w, v) => {
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.secrets, 16384, writeSecretRef)
    w.u32(v.ret)
  },
  readRet: (r) => ({ secrets: r.list(16384, readSecretRef), ret: r.u32() }),
}

export interface NodeGetMemoryParametersArgs {
  readonly nparams: number
  readonly flags: number
}
export interface NodeGetMemoryParametersRet {
  readonly params: readonly TypedParam[]
  readonly nparams: number
}
export const nodeGetMemoryParameters: Procedure<NodeGetMemoryParametersArgs, NodeGetMemoryParametersRet> = {
  program: remoteProgram,
  number: 289,
  name: 'NODE_GET_MEMORY_PARAMETERS',
  priority: 'low',
  since: '0.10.2',
  writeArgs: (w, v) => {
    w.int(v.nparams)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ nparams: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 64, writeTypedParam)
    w.int(v.nparams)
  },
  readRet: (r) => ({ params: r.list(64, readTypedParam), nparams: r.int() }),
}

export interface NodeGetCpuMapArgs {
  readonly needMap: number
  readonly needOnline: number
  readonly flags: number
}
export interface NodeGetCpuMapRet {
  readonly cpumap: Uint8Array
  readonly online: number
  readonly ret: number
}
export const nodeGetCpuMap: Procedure<NodeGetCpuMapArgs, NodeGetCpuMapRet> = {
  program: remoteProgram,
  number: 293,
  name: 'NODE_GET_CPU_MAP',
  priority: 'low',
  since: '1.0.0',
  writeArgs: (w, v) => {
    w.int(v.needMap)
    w.int(v.needOnline)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ needMap: r.int(), needOnline: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.opaque(v.cpumap)
    w.u32(v.online)
    w.int(v.ret)
  },
  readRet: (r) => ({ cpumap: r.opaque(2048), online: r.u32(), ret: r.int() }),
}

export interface DomainFstrimArgs {
  readonly dom: DomainRef
  readonly mountPoint: string | undefined
  readonly minimum: bigint
  readonly flags: number
}

export const domainFstrim: Procedure<DomainFstrimArgs, undefined> = {
  program: remoteProgram,
  number: 294,
  name: 'DOMAIN_FSTRIM',
  priority: 'low',
  since: '1.0.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.optional(v.mountPoint, (w, v) => {
      w.string(v)
    })
    w.u64(v.minimum)
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    dom: readDomainRef(r),
    mountPoint: r.optional((r) => r.string()),
    minimum: r.u64(),
    flags: r.u32(),
  }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetJobStatsArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetJobStatsRet {
  readonly type: number
  readonly params: readonly TypedParam[]
}
export const domainGetJobStats: Procedure<DomainGetJobStatsArgs, DomainGetJobStatsRet> = {
  program: remoteProgram,
  number: 298,
  name: 'DOMAIN_GET_JOB_STATS',
  priority: 'low',
  since: '1.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.type)
    w.list(v.params, 64, writeTypedParam)
  },
  readRet: (r) => ({ type: r.int(), params: r.list(64, readTypedParam) }),
}

export interface DomainMigrateGetCompressionCacheArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainMigrateGetCompressionCacheRet {
  readonly cacheSize: bigint
}
export const domainMigrateGetCompressionCache: Procedure<
  DomainMigrateGetCompressionCacheArgs,
  DomainMigrateGetCompressionCacheRet
> = {
  program: remoteProgram,
  number: 299,
  name: 'DOMAIN_MIGRATE_GET_COMPRESSION_CACHE',
  priority: 'low',
  since: '1.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.u64(v.cacheSize)
  },
  readRet: (r) => ({ cacheSize: r.u64() }),
}

export interface DomainMigrateSetCompressionCacheArgs {
  readonly dom: DomainRef
  readonly cacheSize: bigint
  readonly flags: number
}

export const domainMigrateSetCompressionCache: Procedure<DomainMigrateSetCompressionCacheArgs, undefined> = {
  program: remoteProgram,
  number: 300,
  name: 'DOMAIN_MIGRATE_SET_COMPRESSION_CACHE',
  priority: 'low',
  since: '1.0.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u64(v.cacheSize)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), cacheSize: r.u64(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainMigrateBegin3ParamsArgs {
  readonly dom: DomainRef
  readonly params: readonly TypedParam[]
  readonly flags: number
}
export interface DomainMigrateBegin3ParamsRet {
  readonly cookieOut: Uint8Array
  readonly xml: string
}
export const domainMigrateBegin3Params: Procedure<DomainMigrateBegin3ParamsArgs, DomainMigrateBegin3ParamsRet> = {
  program: remoteProgram,
  number: 302,
  name: 'DOMAIN_MIGRATE_BEGIN3_PARAMS',
  priority: 'low',
  since: '1.1.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.list(v.params, 64, writeTypedParam)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), params: r.list(64, readTypedParam), flags: r.u32() }),
  writeRet: (w, v) => {
    w.opaque(v.cookieOut)
    w.string(v.xml)
  },
  readRet: (r) => ({ cookieOut: r.opaque(4194304), xml: r.string() }),
}

export interface DomainMigratePerform3ParamsArgs {
  readonly dom: DomainRef
  readonly dconnuri: string | undefined
  readonly params: readonly TypedParam[]
  readonly cookieIn: Uint8Array
  readonly flags: number
}
export interface DomainMigratePerform3ParamsRet {
  readonly cookieOut: Uint8Array
}
export const domainMigratePerform3Params: Procedure<DomainMigratePerform3ParamsArgs, DomainMigratePerform3ParamsRet> = {
  program: remoteProgram,
  number: 305,
  name: 'DOMAIN_MIGRATE_PERFORM3_PARAMS',
  priority: 'low',
  since: '1.1.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.optional(v.dconnuri, (w, v) => {
      w.string(v)
    })
    w.list(v.params, 64, writeTypedParam)
    w.opaque(v.cookieIn)
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    dom: readDomainRef(r),
    dconnuri: r.optional((r) => r.string()),
    params: r.list(64, readTypedParam),
    cookieIn: r.opaque(4194304),
    flags: r.u32(),
  }),
  writeRet: (w, v) => {
    w.opaque(v.cookieOut)
  },
  readRet: (r) => ({ cookieOut: r.opaque(4194304) }),
}

export interface DomainSetMemoryStatsPeriodArgs {
  readonly dom: DomainRef
  readonly period: number
  readonly flags: number
}

export const domainSetMemoryStatsPeriod: Procedure<DomainSetMemoryStatsPeriodArgs, undefined> = {
  program: remoteProgram,
  number: 308,
  name: 'DOMAIN_SET_MEMORY_STATS_PERIOD',
  priority: 'low',
  since: '1.1.1',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.period)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), period: r.int(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface ConnectDomainEventCallbackRegisterAnyArgs {
  readonly eventID: number
  readonly dom: DomainRef | undefined
}
export interface ConnectDomainEventCallbackRegisterAnyRet {
  readonly callbackID: number
}
export const connectDomainEventCallbackRegisterAny: Procedure<
  ConnectDomainEventCallbackRegisterAnyArgs,
  ConnectDomainEventCallbackRegisterAnyRet
> = {
  program: remoteProgram,
  number: 316,
  name: 'CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY',
  priority: 'high',
  since: undefined,
  writeArgs: (w, v) => {
    w.int(v.eventID)
    w.optional(v.dom, writeDomainRef)
  },
  readArgs: (r) => ({ eventID: r.int(), dom: r.optional(readDomainRef) }),
  writeRet: (w, v) => {
    w.int(v.callbackID)
  },
  readRet: (r) => ({ callbackID: r.int() }),
}

export interface ConnectDomainEventCallbackDeregisterAnyArgs {
  readonly callbackID: number
}

export const connectDomainEventCallbackDeregisterAny: Procedure<
  ConnectDomainEventCallbackDeregisterAnyArgs,
  undefined
> = {
  program: remoteProgram,
  number: 317,
  name: 'CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY',
  priority: 'high',
  since: undefined,
  writeArgs: (w, v) => {
    w.int(v.callbackID)
  },
  readArgs: (r) => ({ callbackID: r.int() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainFsfreezeArgs {
  readonly dom: DomainRef
  readonly mountpoints: readonly string[]
  readonly flags: number
}
export interface DomainFsfreezeRet {
  readonly filesystems: number
}
export const domainFsfreeze: Procedure<DomainFsfreezeArgs, DomainFsfreezeRet> = {
  program: remoteProgram,
  number: 335,
  name: 'DOMAIN_FSFREEZE',
  priority: 'low',
  since: '1.2.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.list(v.mountpoints, 256, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), mountpoints: r.list(256, (r) => r.string()), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.filesystems)
  },
  readRet: (r) => ({ filesystems: r.int() }),
}

export interface DomainFsthawArgs {
  readonly dom: DomainRef
  readonly mountpoints: readonly string[]
  readonly flags: number
}
export interface DomainFsthawRet {
  readonly filesystems: number
}
export const domainFsthaw: Procedure<DomainFsthawArgs, DomainFsthawRet> = {
  program: remoteProgram,
  number: 336,
  name: 'DOMAIN_FSTHAW',
  priority: 'low',
  since: '1.2.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.list(v.mountpoints, 256, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), mountpoints: r.list(256, (r) => r.string()), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.filesystems)
  },
  readRet: (r) => ({ filesystems: r.int() }),
}

export interface DomainGetTimeArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetTimeRet {
  readonly seconds: bigint
  readonly nseconds: number
}
export const domainGetTime: Procedure<DomainGetTimeArgs, DomainGetTimeRet> = {
  program: remoteProgram,
  number: 337,
  name: 'DOMAIN_GET_TIME',
  priority: 'low',
  since: '1.2.5',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.i64(v.seconds)
    w.u32(v.nseconds)
  },
  readRet: (r) => ({ seconds: r.i64(), nseconds: r.u32() }),
}

export interface NodeGetFreePagesArgs {
  readonly pages: readonly number[]
  readonly startCell: number
  readonly cellCount: number
  readonly flags: number
}
export interface NodeGetFreePagesRet {
  readonly counts: readonly bigint[]
}
export const nodeGetFreePages: Procedure<NodeGetFreePagesArgs, NodeGetFreePagesRet> = {
  program: remoteProgram,
  number: 340,
  name: 'NODE_GET_FREE_PAGES',
  priority: 'high',
  since: '1.2.6',
  writeArgs: (w, v) => {
    w.list(v.pages, 1024, (w, v) => {
      w.u32(v)
    })
    w.int(v.startCell)
    w.u32(v.cellCount)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ pages: r.list(1024, (r) => r.u32()), startCell: r.int(), cellCount: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.counts, 1024, (w, v) => {
      w.u64(v)
    })
  },
  readRet: (r) => ({ counts: r.list(1024, (r) => r.u64()) }),
}

export interface ConnectGetDomainCapabilitiesArgs {
  readonly emulatorbin: string | undefined
  readonly arch: string | undefined
  readonly machine: string | undefined
  readonly virttype: string | undefined
  readonly flags: number
}
export interface ConnectGetDomainCapabilitiesRet {
  readonly capabilities: string
}
export const connectGetDomainCapabilities: Procedure<
  ConnectGetDomainCapabilitiesArgs,
  ConnectGetDomainCapabilitiesRet
> = {
  program: remoteProgram,
  number: 342,
  name: 'CONNECT_GET_DOMAIN_CAPABILITIES',
  priority: 'low',
  since: '1.2.7',
  writeArgs: (w, v) => {
    w.optional(v.emulatorbin, (w, v) => {
      w.string(v)
    })
    w.optional(v.arch, (w, v) => {
      w.string(v)
    })
    w.optional(v.machine, (w, v) => {
      w.string(v)
    })
    w.optional(v.virttype, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    emulatorbin: r.optional((r) => r.string()),
    arch: r.optional((r) => r.string()),
    machine: r.optional((r) => r.string()),
    virttype: r.optional((r) => r.string()),
    flags: r.u32(),
  }),
  writeRet: (w, v) => {
    w.string(v.capabilities)
  },
  readRet: (r) => ({ capabilities: r.string() }),
}

export interface ConnectGetAllDomainStatsArgs {
  readonly doms: readonly DomainRef[]
  readonly stats: number
  readonly flags: number
}
export interface ConnectGetAllDomainStatsRet {
  readonly retStats: readonly DomainStatsRecord[]
}
export const connectGetAllDomainStats: Procedure<ConnectGetAllDomainStatsArgs, ConnectGetAllDomainStatsRet> = {
  program: remoteProgram,
  number: 344,
  name: 'CONNECT_GET_ALL_DOMAIN_STATS',
  priority: 'low',
  since: '1.2.8',
  writeArgs: (w, v) => {
    w.list(v.doms, 16384, writeDomainRef)
    w.u32(v.stats)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ doms: r.list(16384, readDomainRef), stats: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.retStats, 16384, writeDomainStatsRecord)
  },
  readRet: (r) => ({ retStats: r.list(16384, readDomainStatsRecord) }),
}

export interface DomainBlockCopyArgs {
  readonly dom: DomainRef
  readonly path: string
  readonly destxml: string
  readonly params: readonly TypedParam[]
  readonly flags: number
}

export const domainBlockCopy: Procedure<DomainBlockCopyArgs, undefined> = {
  program: remoteProgram,
  number: 345,
  name: 'DOMAIN_BLOCK_COPY',
  priority: 'low',
  since: '1.2.8',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.string(v.destxml)
    w.list(v.params, 16, writeTypedParam)
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    dom: readDomainRef(r),
    path: r.string(),
    destxml: r.string(),
    params: r.list(16, readTypedParam),
    flags: r.u32(),
  }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainDefineXmlFlagsArgs {
  readonly xml: string
  readonly flags: number
}
export interface DomainDefineXmlFlagsRet {
  readonly dom: DomainRef
}
export const domainDefineXmlFlags: Procedure<DomainDefineXmlFlagsArgs, DomainDefineXmlFlagsRet> = {
  program: remoteProgram,
  number: 350,
  name: 'DOMAIN_DEFINE_XML_FLAGS',
  priority: 'high',
  since: '1.2.12',
  writeArgs: (w, v) => {
    w.string(v.xml)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ xml: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readRet: (r) => ({ dom: readDomainRef(r) }),
}

export interface DomainGetIothreadInfoArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetIothreadInfoRet {
  readonly info: readonly DomainIothreadInfo[]
  readonly ret: number
}
export const domainGetIothreadInfo: Procedure<DomainGetIothreadInfoArgs, DomainGetIothreadInfoRet> = {
  program: remoteProgram,
  number: 351,
  name: 'DOMAIN_GET_IOTHREAD_INFO',
  priority: 'low',
  since: '1.2.14',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.info, 16384, writeDomainIothreadInfo)
    w.u32(v.ret)
  },
  readRet: (r) => ({ info: r.list(16384, readDomainIothreadInfo), ret: r.u32() }),
}

export interface DomainInterfaceAddressesArgs {
  readonly dom: DomainRef
  readonly source: number
  readonly flags: number
}
export interface DomainInterfaceAddressesRet {
  readonly ifaces: readonly DomainInterface[]
}
export const domainInterfaceAddresses: Procedure<DomainInterfaceAddressesArgs, DomainInterfaceAddressesRet> = {
  program: remoteProgram,
  number: 353,
  name: 'DOMAIN_INTERFACE_ADDRESSES',
  priority: 'low',
  since: '1.2.14',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.source)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), source: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.ifaces, 2048, writeDomainInterface)
  },
  readRet: (r) => ({ ifaces: r.list(2048, readDomainInterface) }),
}

export interface DomainRenameArgs {
  readonly dom: DomainRef
  readonly newName: string | undefined
  readonly flags: number
}
export interface DomainRenameRet {
  readonly retcode: number
}
export const domainRename: Procedure<DomainRenameArgs, DomainRenameRet> = {
  program: remoteProgram,
  number: 358,
  name: 'DOMAIN_RENAME',
  priority: 'low',
  since: '1.2.19',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.optional(v.newName, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), newName: r.optional((r) => r.string()), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.retcode)
  },
  readRet: (r) => ({ retcode: r.int() }),
}

export const connectRegisterCloseCallback: Procedure<undefined, undefined> = {
  program: remoteProgram,
  number: 360,
  name: 'CONNECT_REGISTER_CLOSE_CALLBACK',
  priority: 'high',
  since: '0.10.0',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: () => {},
  readRet: () => undefined,
}

export const connectUnregisterCloseCallback: Procedure<undefined, undefined> = {
  program: remoteProgram,
  number: 361,
  name: 'CONNECT_UNREGISTER_CLOSE_CALLBACK',
  priority: 'high',
  since: '0.10.0',
  writeArgs: () => {},
  readArgs: () => undefined,
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainMigrateStartPostCopyArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainMigrateStartPostCopy: Procedure<DomainMigrateStartPostCopyArgs, undefined> = {
  program: remoteProgram,
  number: 364,
  name: 'DOMAIN_MIGRATE_START_POST_COPY',
  priority: 'low',
  since: '1.3.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainMigrateGetMaxDowntimeArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainMigrateGetMaxDowntimeRet {
  readonly downtime: bigint
}
export const domainMigrateGetMaxDowntime: Procedure<DomainMigrateGetMaxDowntimeArgs, DomainMigrateGetMaxDowntimeRet> = {
  program: remoteProgram,
  number: 387,
  name: 'DOMAIN_MIGRATE_GET_MAX_DOWNTIME',
  priority: 'low',
  since: '3.7.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.u64(v.downtime)
  },
  readRet: (r) => ({ downtime: r.u64() }),
}

export interface StoragePoolLookupByTargetPathArgs {
  readonly path: string
}
export interface StoragePoolLookupByTargetPathRet {
  readonly pool: StoragePoolRef
}
export const storagePoolLookupByTargetPath: Procedure<
  StoragePoolLookupByTargetPathArgs,
  StoragePoolLookupByTargetPathRet
> = {
  program: remoteProgram,
  number: 391,
  name: 'STORAGE_POOL_LOOKUP_BY_TARGET_PATH',
  priority: 'high',
  since: '4.1.0',
  writeArgs: (w, v) => {
    w.string(v.path)
  },
  readArgs: (r) => ({ path: r.string() }),
  writeRet: (w, v) => {
    writeStoragePoolRef(w, v.pool)
  },
  readRet: (r) => ({ pool: readStoragePoolRef(r) }),
}

export interface ConnectCompareHypervisorCpuArgs {
  readonly emulator: string | undefined
  readonly arch: string | undefined
  readonly machine: string | undefined
  readonly virttype: string | undefined
  readonly xmlCPU: string
  readonly flags: number
}
export interface ConnectCompareHypervisorCpuRet {
  readonly result: number
}
export const connectCompareHypervisorCpu: Procedure<ConnectCompareHypervisorCpuArgs, ConnectCompareHypervisorCpuRet> = {
  program: remoteProgram,
  number: 393,
  name: 'CONNECT_COMPARE_HYPERVISOR_CPU',
  priority: 'low',
  since: '4.4.0',
  writeArgs: (w, v) => {
    w.optional(v.emulator, (w, v) => {
      w.string(v)
    })
    w.optional(v.arch, (w, v) => {
      w.string(v)
    })
    w.optional(v.machine, (w, v) => {
      w.string(v)
    })
    w.optional(v.virttype, (w, v) => {
      w.string(v)
    })
    w.string(v.xmlCPU)
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    emulator: r.optional((r) => r.string()),
    arch: r.optional((r) => r.string()),
    machine: r.optional((r) => r.string()),
    virttype: r.optional((r) => r.string()),
    xmlCPU: r.string(),
    flags: r.u32(),
  }),
  writeRet: (w, v) => {
    w.int(v.result)
  },
  readRet: (r) => ({ result: r.int() }),
}

export interface ConnectBaselineHypervisorCpuArgs {
  readonly emulator: string | undefined
  readonly arch: string | undefined
  readonly machine: string | undefined
  readonly virttype: string | undefined
  readonly xmlCPUs: readonly string[]
  readonly flags: number
}
export interface ConnectBaselineHypervisorCpuRet {
  readonly cpu: string
}
export const connectBaselineHypervisorCpu: Procedure<
  ConnectBaselineHypervisorCpuArgs,
  ConnectBaselineHypervisorCpuRet
> = {
  program: remoteProgram,
  number: 394,
  name: 'CONNECT_BASELINE_HYPERVISOR_CPU',
  priority: 'low',
  since: '4.4.0',
  writeArgs: (w, v) => {
    w.optional(v.emulator, (w, v) => {
      w.string(v)
    })
    w.optional(v.arch, (w, v) => {
      w.string(v)
    })
    w.optional(v.machine, (w, v) => {
      w.string(v)
    })
    w.optional(v.virttype, (w, v) => {
      w.string(v)
    })
    w.list(v.xmlCPUs, 256, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({
    emulator: r.optional((r) => r.string()),
    arch: r.optional((r) => r.string()),
    machine: r.optional((r) => r.string()),
    virttype: r.optional((r) => r.string()),
    xmlCPUs: r.list(256, (r) => r.string()),
    flags: r.u32(),
  }),
  writeRet: (w, v) => {
    w.string(v.cpu)
  },
  readRet: (r) => ({ cpu: r.string() }),
}

export interface DomainSetIothreadParamsArgs {
  readonly dom: DomainRef
  readonly iothreadId: number
  readonly params: readonly TypedParam[]
  readonly flags: number
}

export const domainSetIothreadParams: Procedure<DomainSetIothreadParamsArgs, undefined> = {
  program: remoteProgram,
  number: 402,
  name: 'DOMAIN_SET_IOTHREAD_PARAMS',
  priority: 'low',
  since: '4.10.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.iothreadId)
    w.list(v.params, 64, writeTypedParam)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), iothreadId: r.u32(), params: r.list(64, readTypedParam), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainListAllCheckpointsArgs {
  readonly dom: DomainRef
  readonly needResults: number
  readonly flags: number
}
export interface DomainListAllCheckpointsRet {
  readonly checkpoints: readonly DomainCheckpoint[]
  readonly ret: number
}
export const domainListAllCheckpoints: Procedure<DomainListAllCheckpointsArgs, DomainListAllCheckpointsRet> = {
  program: remoteProgram,
  number: 413,
  name: 'DOMAIN_LIST_ALL_CHECKPOINTS',
  priority: 'high',
  since: '5.6.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.needResults)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), needResults: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.checkpoints, 16384, writeDomainCheckpoint)
    w.int(v.ret)
  },
  readRet: (r) => ({ checkpoints: r.list(16384, readDomainCheckpoint), ret: r.int() }),
}

export interface DomainGetGuestInfoArgs {
  readonly dom: DomainRef
  readonly types: number
  readonly flags: number
}
export interface DomainGetGuestInfoRet {
  readonly params: readonly TypedParam[]
}
export const domainGetGuestInfo: Procedure<DomainGetGuestInfoArgs, DomainGetGuestInfoRet> = {
  program: remoteProgram,
  number: 418,
  name: 'DOMAIN_GET_GUEST_INFO',
  priority: 'low',
  since: '5.7.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.types)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), types: r.u32(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.params, 2048, writeTypedParam)
  },
  readRet: (r) => ({ params: r.list(2048, readTypedParam) }),
}

export interface DomainGetMessagesArgs {
  readonly dom: DomainRef
  readonly flags: number
}
export interface DomainGetMessagesRet {
  readonly msgs: readonly string[]
}
export const domainGetMessages: Procedure<DomainGetMessagesArgs, DomainGetMessagesRet> = {
  program: remoteProgram,
  number: 426,
  name: 'DOMAIN_GET_MESSAGES',
  priority: 'low',
  since: '7.1.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: (w, v) => {
    w.list(v.msgs, 2048, (w, v) => {
      w.string(v)
    })
  },
  readRet: (r) => ({ msgs: r.list(2048, (r) => r.string()) }),
}

export interface DomainStartDirtyRateCalcArgs {
  readonly dom: DomainRef
  readonly seconds: number
  readonly flags: number
}

export const domainStartDirtyRateCalc: Procedure<DomainStartDirtyRateCalcArgs, undefined> = {
  program: remoteProgram,
  number: 427,
  name: 'DOMAIN_START_DIRTY_RATE_CALC',
  priority: 'low',
  since: '7.2.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.int(v.seconds)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), seconds: r.int(), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainAbortJobFlagsArgs {
  readonly dom: DomainRef
  readonly flags: number
}

export const domainAbortJobFlags: Procedure<DomainAbortJobFlagsArgs, undefined> = {
  program: remoteProgram,
  number: 442,
  name: 'DOMAIN_ABORT_JOB_FLAGS',
  priority: 'low',
  since: '8.5.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), flags: r.u32() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainGetAutostartOnceArgs {
  readonly dom: DomainRef
}
export interface DomainGetAutostartOnceRet {
  readonly autostart: number
}
export const domainGetAutostartOnce: Procedure<DomainGetAutostartOnceArgs, DomainGetAutostartOnceRet> = {
  program: remoteProgram,
  number: 449,
  name: 'DOMAIN_GET_AUTOSTART_ONCE',
  priority: 'high',
  since: '11.2.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
  },
  readArgs: (r) => ({ dom: readDomainRef(r) }),
  writeRet: (w, v) => {
    w.int(v.autostart)
  },
  readRet: (r) => ({ autostart: r.int() }),
}

export interface DomainEventLifecycleMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly event: number
  readonly detail: number
}
export const domainEventLifecycle: EventMessage<DomainEventLifecycleMessage> = {
  program: remoteProgram,
  number: 318,
  name: 'DOMAIN_EVENT_LIFECYCLE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.event)
    w.int(v.detail)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), event: r.int(), detail: r.int() }),
}

export interface DomainEventRebootMessage {
  readonly callbackID: number
  readonly dom: DomainRef
}
export const domainEventReboot: EventMessage<DomainEventRebootMessage> = {
  program: remoteProgram,
  number: 319,
  name: 'DOMAIN_EVENT_REBOOT',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r) }),
}

export interface DomainEventRtcChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly offset: bigint
}
export const domainEventRtcChange: EventMessage<DomainEventRtcChangeMessage> = {
  program: remoteProgram,
  number: 320,
  name: 'DOMAIN_EVENT_RTC_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.i64(v.offset)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), offset: r.i64() }),
}

export interface DomainEventWatchdogMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly action: number
}
export const domainEventWatchdog: EventMessage<DomainEventWatchdogMessage> = {
  program: remoteProgram,
  number: 321,
  name: 'DOMAIN_EVENT_WATCHDOG',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.action)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), action: r.int() }),
}

export interface DomainEventIoErrorMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly srcPath: string
  readonly devAlias: string
  readonly action: number
}
export const domainEventIoError: EventMessage<DomainEventIoErrorMessage> = {
  program: remoteProgram,
  number: 322,
  name: 'DOMAIN_EVENT_IO_ERROR',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.srcPath)
    w.string(v.devAlias)
    w.int(v.action)
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    srcPath: r.string(),
    devAlias: r.string(),
    action: r.int(),
  }),
}

export interface DomainEventGraphicsMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly phase: number
  readonly local: DomainEventGraphicsAddress
  readonly remote: DomainEventGraphicsAddress
  readonly authScheme: string
  readonly subject: readonly DomainEventGraphicsIdentity[]
}
export const domainEventGraphics: EventMessage<DomainEventGraphicsMessage> = {
  program: remoteProgram,
  number: 323,
  name: 'DOMAIN_EVENT_GRAPHICS',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.phase)
    writeDomainEventGraphicsAddress(w, v.local)
    writeDomainEventGraphicsAddress(w, v.remote)
    w.string(v.authScheme)
    w.list(v.subject, 20, writeDomainEventGraphicsIdentity)
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    phase: r.int(),
    local: readDomainEventGraphicsAddress(r),
    remote: readDomainEventGraphicsAddress(r),
    authScheme: r.string(),
    subject: r.list(20, readDomainEventGraphicsIdentity),
  }),
}

export interface DomainEventIoErrorReasonMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly srcPath: string
  readonly devAlias: string
  readonly action: number
  readonly reason: string
}
export const domainEventIoErrorReason: EventMessage<DomainEventIoErrorReasonMessage> = {
  program: remoteProgram,
  number: 324,
  name: 'DOMAIN_EVENT_IO_ERROR_REASON',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.srcPath)
    w.string(v.devAlias)
    w.int(v.action)
    w.string(v.reason)
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    srcPath: r.string(),
    devAlias: r.string(),
    action: r.int(),
    reason: r.string(),
  }),
}

export interface DomainEventControlErrorMessage {
  readonly callbackID: number
  readonly dom: DomainRef
}
export const domainEventControlError: EventMessage<DomainEventControlErrorMessage> = {
  program: remoteProgram,
  number: 325,
  name: 'DOMAIN_EVENT_CONTROL_ERROR',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r) }),
}

export interface DomainEventBlockJobMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly path: string
  readonly type: number
  readonly status: number
}
export const domainEventBlockJob: EventMessage<DomainEventBlockJobMessage> = {
  program: remoteProgram,
  number: 326,
  name: 'DOMAIN_EVENT_BLOCK_JOB',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.path)
    w.int(v.type)
    w.int(v.status)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), path: r.string(), type: r.int(), status: r.int() }),
}

export interface DomainEventDiskChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly oldSrcPath: string | undefined
  readonly newSrcPath: string | undefined
  readonly devAlias: string
  readonly reason: number
}
export const domainEventDiskChange: EventMessage<DomainEventDiskChangeMessage> = {
  program: remoteProgram,
  number: 327,
  name: 'DOMAIN_EVENT_DISK_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.optional(v.oldSrcPath, (w, v) => {
      w.string(v)
    })
    w.optional(v.newSrcPath, (w, v) => {
      w.string(v)
    })
    w.string(v.devAlias)
    w.int(v.reason)
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    oldSrcPath: r.optional((r) => r.string()),
    newSrcPath: r.optional((r) => r.string()),
    devAlias: r.string(),
    reason: r.int(),
  }),
}

export interface DomainEventTrayChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly devAlias: string
  readonly reason: number
}
export const domainEventTrayChange: EventMessage<DomainEventTrayChangeMessage> = {
  program: remoteProgram,
  number: 328,
  name: 'DOMAIN_EVENT_TRAY_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.devAlias)
    w.int(v.reason)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), devAlias: r.string(), reason: r.int() }),
}

export interface DomainEventPmwakeupMessage {
  readonly callbackID: number
  readonly reason: number
  readonly dom: DomainRef
}
export const domainEventPmwakeup: EventMessage<DomainEventPmwakeupMessage> = {
  program: remoteProgram,
  number: 329,
  name: 'DOMAIN_EVENT_PMWAKEUP',
  write: (w, v) => {
    w.int(v.callbackID)
    w.int(v.reason)
    writeDomainRef(w, v.dom)
  },
  read: (r) => ({ callbackID: r.int(), reason: r.int(), dom: readDomainRef(r) }),
}

export interface DomainEventPmsuspendMessage {
  readonly callbackID: number
  readonly reason: number
  readonly dom: DomainRef
}
export const domainEventPmsuspend: EventMessage<DomainEventPmsuspendMessage> = {
  program: remoteProgram,
  number: 330,
  name: 'DOMAIN_EVENT_PMSUSPEND',
  write: (w, v) => {
    w.int(v.callbackID)
    w.int(v.reason)
    writeDomainRef(w, v.dom)
  },
  read: (r) => ({ callbackID: r.int(), reason: r.int(), dom: readDomainRef(r) }),
}

export interface DomainEventBalloonChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly actual: bigint
}
export const domainEventBalloonChange: EventMessage<DomainEventBalloonChangeMessage> = {
  program: remoteProgram,
  number: 331,
  name: 'DOMAIN_EVENT_BALLOON_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.u64(v.actual)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), actual: r.u64() }),
}

export interface DomainEventPmsuspendDiskMessage {
  readonly callbackID: number
  readonly reason: number
  readonly dom: DomainRef
}
export const domainEventPmsuspendDisk: EventMessage<DomainEventPmsuspendDiskMessage> = {
  program: remoteProgram,
  number: 332,
  name: 'DOMAIN_EVENT_PMSUSPEND_DISK',
  write: (w, v) => {
    w.int(v.callbackID)
    w.int(v.reason)
    writeDomainRef(w, v.dom)
  },
  read: (r) => ({ callbackID: r.int(), reason: r.int(), dom: readDomainRef(r) }),
}

export interface DomainEventDeviceRemovedMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly devAlias: string
}
export const domainEventDeviceRemoved: EventMessage<DomainEventDeviceRemovedMessage> = {
  program: remoteProgram,
  number: 333,
  name: 'DOMAIN_EVENT_DEVICE_REMOVED',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.devAlias)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), devAlias: r.string() }),
}

export interface DomainEventBlockJob2Message {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly dst: string
  readonly type: number
  readonly status: number
}
export const domainEventBlockJob2: EventMessage<DomainEventBlockJob2Message> = {
  program: remoteProgram,
  number: 339,
  name: 'DOMAIN_EVENT_BLOCK_JOB_2',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.dst)
    w.int(v.type)
    w.int(v.status)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), dst: r.string(), type: r.int(), status: r.int() }),
}

export interface DomainEventTunableMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly params: readonly TypedParam[]
}
export const domainEventTunable: EventMessage<DomainEventTunableMessage> = {
  program: remoteProgram,
  number: 346,
  name: 'DOMAIN_EVENT_TUNABLE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.list(v.params, 2048, writeTypedParam)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), params: r.list(2048, readTypedParam) }),
}

export interface DomainEventAgentLifecycleMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly state: number
  readonly reason: number
}
export const domainEventAgentLifecycle: EventMessage<DomainEventAgentLifecycleMessage> = {
  program: remoteProgram,
  number: 348,
  name: 'DOMAIN_EVENT_AGENT_LIFECYCLE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.state)
    w.int(v.reason)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), state: r.int(), reason: r.int() }),
}

export interface DomainEventDeviceAddedMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly devAlias: string
}
export const domainEventDeviceAdded: EventMessage<DomainEventDeviceAddedMessage> = {
  program: remoteProgram,
  number: 354,
  name: 'DOMAIN_EVENT_DEVICE_ADDED',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.devAlias)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), devAlias: r.string() }),
}

export interface DomainEventMigrationIterationMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly iteration: number
}
export const domainEventMigrationIteration: EventMessage<DomainEventMigrationIterationMessage> = {
  program: remoteProgram,
  number: 359,
  name: 'DOMAIN_EVENT_MIGRATION_ITERATION',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.iteration)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), iteration: r.int() }),
}

export interface ConnectEventConnectionClosedMessage {
  readonly reason: number
}
export const connectEventConnectionClosed: EventMessage<ConnectEventConnectionClosedMessage> = {
  program: remoteProgram,
  number: 362,
  name: 'CONNECT_EVENT_CONNECTION_CLOSED',
  write: (w, v) => {
    w.int(v.reason)
  },
  read: (r) => ({ reason: r.int() }),
}

export interface DomainEventJobCompletedMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly params: readonly TypedParam[]
}
export const domainEventJobCompleted: EventMessage<DomainEventJobCompletedMessage> = {
  program: remoteProgram,
  number: 363,
  name: 'DOMAIN_EVENT_JOB_COMPLETED',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.list(v.params, 64, writeTypedParam)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), params: r.list(64, readTypedParam) }),
}

export interface DomainEventDeviceRemovalFailedMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly devAlias: string
}
export const domainEventDeviceRemovalFailed: EventMessage<DomainEventDeviceRemovalFailedMessage> = {
  program: remoteProgram,
  number: 367,
  name: 'DOMAIN_EVENT_DEVICE_REMOVAL_FAILED',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.devAlias)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), devAlias: r.string() }),
}

export interface DomainEventMetadataChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly type: number
  readonly nsuri: string | undefined
}
export const domainEventMetadataChange: EventMessage<DomainEventMetadataChangeMessage> = {
  program: remoteProgram,
  number: 379,
  name: 'DOMAIN_EVENT_METADATA_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.type)
    w.optional(v.nsuri, (w, v) => {
      w.string(v)
    })
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), type: r.int(), nsuri: r.optional((r) => r.string()) }),
}

export interface DomainEventBlockThresholdMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly dev: string
  readonly path: string | undefined
  readonly threshold: bigint
  readonly excess: bigint
}
export const domainEventBlockThreshold: EventMessage<DomainEventBlockThresholdMessage> = {
  program: remoteProgram,
  number: 385,
  name: 'DOMAIN_EVENT_BLOCK_THRESHOLD',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.dev)
    w.optional(v.path, (w, v) => {
      w.string(v)
    })
    w.u64(v.threshold)
    w.u64(v.excess)
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    dev: r.string(),
    path: r.optional((r) => r.string()),
    threshold: r.u64(),
    excess: r.u64(),
  }),
}

export interface DomainEventMemoryFailureMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly recipient: number
  readonly action: number
  readonly flags: number
}
export const domainEventMemoryFailure: EventMessage<DomainEventMemoryFailureMessage> = {
  program: remoteProgram,
  number: 423,
  name: 'DOMAIN_EVENT_MEMORY_FAILURE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.int(v.recipient)
    w.int(v.action)
    w.u32(v.flags)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), recipient: r.int(), action: r.int(), flags: r.u32() }),
}

export interface DomainEventMemoryDeviceSizeChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly alias: string
  readonly size: bigint
}
export const domainEventMemoryDeviceSizeChange: EventMessage<DomainEventMemoryDeviceSizeChangeMessage> = {
  program: remoteProgram,
  number: 438,
  name: 'DOMAIN_EVENT_MEMORY_DEVICE_SIZE_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.alias)
    w.u64(v.size)
  },
  read: (r) => ({ callbackID: r.int(), dom: readDomainRef(r), alias: r.string(), size: r.u64() }),
}

export interface DomainEventNicMacChangeMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly alias: string
  readonly oldMAC: string
  readonly newMAC: string
}
export const domainEventNicMacChange: EventMessage<DomainEventNicMacChangeMessage> = {
  program: remoteProgram,
  number: 453,
  name: 'DOMAIN_EVENT_NIC_MAC_CHANGE',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.alias)
    w.string(v.oldMAC)
    w.string(v.newMAC)
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    alias: r.string(),
    oldMAC: r.string(),
    newMAC: r.string(),
  }),
}
