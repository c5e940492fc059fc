// Generated from protocol/protocol.txt by protocol/write.ts. Do not edit.

import type { EventMessage, Procedure } from './procedure.ts'
import { readDomainRef, writeDomainRef } from './structs.gen.ts'
import type { DomainRef } from './structs.gen.ts'

export const qemuProgram = 0x20008087

export interface DomainMonitorCommandArgs {
  readonly dom: DomainRef
  readonly cmd: string
  readonly flags: number
}
export interface DomainMonitorCommandRet {
  readonly result: string
}
export const domainMonitorCommand: Procedure<DomainMonitorCommandArgs, DomainMonitorCommandRet> = {
  program: qemuProgram,
  number: 1,
  name: 'DOMAIN_MONITOR_COMMAND',
  priority: 'low',
  since: '0.8.3',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.cmd)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), cmd: r.string(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.string(v.result)
  },
  readRet: (r) => ({ result: r.string() }),
}

export interface DomainAgentCommandArgs {
  readonly dom: DomainRef
  readonly cmd: string
  readonly timeout: number
  readonly flags: number
}
export interface DomainAgentCommandRet {
  readonly result: string | undefined
}
export const domainAgentCommand: Procedure<DomainAgentCommandArgs, DomainAgentCommandRet> = {
  program: qemuProgram,
  number: 3,
  name: 'DOMAIN_AGENT_COMMAND',
  priority: 'low',
  since: '0.10.0',
  writeArgs: (w, v) => {
    writeDomainRef(w, v.dom)
    w.string(v.cmd)
    w.int(v.timeout)
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: readDomainRef(r), cmd: r.string(), timeout: r.int(), flags: r.u32() }),
  writeRet: (w, v) => {
    w.optional(v.result, (w, v) => {
      w.string(v)
    })
  },
  readRet: (r) => ({ result: r.optional((r) => r.string()) }),
}

export interface ConnectDomainMonitorEventRegisterArgs {
  readonly dom: DomainRef | undefined
  readonly event: string | undefined
  readonly flags: number
}
export interface ConnectDomainMonitorEventRegisterRet {
  readonly callbackID: number
}
export const connectDomainMonitorEventRegister: Procedure<
  ConnectDomainMonitorEventRegisterArgs,
  ConnectDomainMonitorEventRegisterRet
> = {
  program: qemuProgram,
  number: 4,
  name: 'CONNECT_DOMAIN_MONITOR_EVENT_REGISTER',
  priority: 'high',
  since: '1.2.3',
  writeArgs: (w, v) => {
    w.optional(v.dom, writeDomainRef)
    w.optional(v.event, (w, v) => {
      w.string(v)
    })
    w.u32(v.flags)
  },
  readArgs: (r) => ({ dom: r.optional(readDomainRef), event: r.optional((r) => r.string()), flags: r.u32() }),
  writeRet: (w, v) => {
    w.int(v.callbackID)
  },
  readRet: (r) => ({ callbackID: r.int() }),
}

export interface ConnectDomainMonitorEventDeregisterArgs {
  readonly callbackID: number
}

export const connectDomainMonitorEventDeregister: Procedure<ConnectDomainMonitorEventDeregisterArgs, undefined> = {
  program: qemuProgram,
  number: 5,
  name: 'CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER',
  priority: 'high',
  since: '1.2.3',
  writeArgs: (w, v) => {
    w.int(v.callbackID)
  },
  readArgs: (r) => ({ callbackID: r.int() }),
  writeRet: () => {},
  readRet: () => undefined,
}

export interface DomainMonitorEventMessage {
  readonly callbackID: number
  readonly dom: DomainRef
  readonly event: string
  readonly seconds: bigint
  readonly micros: number
  readonly details: string | undefined
}
export const domainMonitorEvent: EventMessage<DomainMonitorEventMessage> = {
  program: qemuProgram,
  number: 6,
  name: 'DOMAIN_MONITOR_EVENT',
  write: (w, v) => {
    w.int(v.callbackID)
    writeDomainRef(w, v.dom)
    w.string(v.event)
    w.i64(v.seconds)
    w.u32(v.micros)
    w.optional(v.details, (w, v) => {
      w.string(v)
    })
  },
  read: (r) => ({
    callbackID: r.int(),
    dom: readDomainRef(r),
    event: r.string(),
    seconds: r.i64(),
    micros: r.u32(),
    details: r.optional((r) => r.string()),
  }),
}
