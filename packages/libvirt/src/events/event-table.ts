import { Domain } from '../domain/domain.ts'
import { readJobStats } from '../domain/job-stats.ts'
import type { Caller } from '../rpc/caller.ts'
import { nameAt } from '../xdr/name-at.ts'
import type { EventMessage } from '../protocol/procedure.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { DomainRef } from '../protocol/structs.gen.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import { toRecord } from '../xdr/typed-param.ts'
import { lifecycleDetails } from './domain-events.ts'
import type { DomainEventName, DomainEvents, LifecycleEvent } from './domain-events.ts'

/** One kind of event: the number it is asked for by, the message it comes in, and what the handler gets. */
export interface EventKind<Payload> {
  /** virDomainEventID */
  readonly id: number
  /** The release that first had it, where that is later than callback ids (1.3). */
  readonly since?: string
  readonly message: { readonly program: number; readonly number: number; readonly name: string }
  readonly read: (reader: XdrReader, caller: Caller) => { readonly callbackId: number; readonly payload: Payload }
}

const kind = <Body extends { readonly callbackID: number; readonly dom: DomainRef }, Payload>(
  id: number,
  message: EventMessage<Body>,
  payload: (body: Body, domain: Domain) => Payload,
  since?: string,
): EventKind<Payload> => ({
  id,
  message,
  ...(since === undefined ? {} : { since }),
  read: (reader, caller) => {
    const body = message.read(reader)
    reader.end()
    return { callbackId: body.callbackID, payload: payload(body, new Domain(caller, body.dom)) }
  },
})

const domainOnly = (_body: unknown, domain: Domain): { readonly domain: Domain } => ({ domain })

const alias = (body: { readonly devAlias: string }, domain: Domain): { domain: Domain; deviceAlias: string } => ({
  domain,
  deviceAlias: body.devAlias,
})

const lifecycleEvents = Object.keys(lifecycleDetails) as (keyof typeof lifecycleDetails)[]

const lifecycle = (body: remote.DomainEventLifecycleMessage, domain: Domain): LifecycleEvent => {
  const event = nameAt(lifecycleEvents, body.event)
  const detail = event === 'unknown' ? 'unknown' : nameAt<string>(lifecycleDetails[event], body.detail)
  // The detail was taken from its own event's list, which the type cannot follow.
  return { domain, event, detail, eventNumber: body.event, detailNumber: body.detail } as LifecycleEvent
}

/** Every event by its name. VIR_DOMAIN_EVENT_ID_IO_ERROR (4) and BLOCK_JOB (8) are left out: 6 and 16 say the same and more. */
export const eventTable: { readonly [Name in DomainEventName]: EventKind<DomainEvents[Name]> } = {
  lifecycle: kind(0, remote.domainEventLifecycle, lifecycle),
  reboot: kind(1, remote.domainEventReboot, domainOnly),
  'rtc-change': kind(2, remote.domainEventRtcChange, ({ offset }, domain) => ({ domain, offsetSeconds: offset })),
  watchdog: kind(3, remote.domainEventWatchdog, ({ action }, domain) => ({
    domain,
    action: nameAt(['none', 'pause', 'reset', 'poweroff', 'shutdown', 'debug', 'injectnmi'], action),
  })),
  graphics: kind(5, remote.domainEventGraphics, (body, domain) => ({
    domain,
    phase: nameAt(['connect', 'initialize', 'disconnect'], body.phase),
    authScheme: body.authScheme,
    local: { node: body.local.node, service: body.local.service },
    remote: { node: body.remote.node, service: body.remote.service },
  })),
  'io-error': kind(6, remote.domainEventIoErrorReason, (body, domain) => ({
    domain,
    sourcePath: body.srcPath,
    deviceAlias: body.devAlias,
    action: nameAt(['none', 'pause', 'report'], body.action),
    reason: body.reason,
  })),
  'control-error': kind(7, remote.domainEventControlError, domainOnly),
  'disk-change': kind(9, remote.domainEventDiskChange, (body, domain) => ({
    domain,
    oldSourcePath: body.oldSrcPath,
    newSourcePath: body.newSrcPath,
    deviceAlias: body.devAlias,
    reason: nameAt(['missing-on-start', 'drop-missing-on-start'], body.reason),
  })),
  'tray-change': kind(10, remote.domainEventTrayChange, (body, domain) => ({
    domain,
    deviceAlias: body.devAlias,
    reason: nameAt(['open', 'close'], body.reason),
  })),
  'pm-wakeup': kind(11, remote.domainEventPmwakeup, domainOnly),
  'pm-suspend': kind(12, remote.domainEventPmsuspend, domainOnly),
  'balloon-change': kind(13, remote.domainEventBalloonChange, ({ actual }, domain) => ({
    domain,
    actualBytes: Number(actual) * 1024,
  })),
  'pm-suspend-disk': kind(14, remote.domainEventPmsuspendDisk, domainOnly),
  'device-removed': kind(15, remote.domainEventDeviceRemoved, alias),
  'block-job': kind(16, remote.domainEventBlockJob2, (body, domain) => ({
    domain,
    target: body.dst,
    type: nameAt(['unknown', 'pull', 'copy', 'commit', 'active-commit', 'backup'], body.type),
    status: nameAt(['completed', 'failed', 'canceled', 'ready'], body.status),
  })),
  tunable: kind(17, remote.domainEventTunable, ({ params }, domain) => ({ domain, params: toRecord(params) })),
  'agent-lifecycle': kind(18, remote.domainEventAgentLifecycle, (body, domain) => ({
    domain,
    state: nameAt(['unknown', 'connected', 'disconnected'], body.state),
    reason: nameAt(['unknown', 'domain-started', 'channel'], body.reason),
  })),
  'device-added': kind(19, remote.domainEventDeviceAdded, alias),
  'migration-iteration': kind(20, remote.domainEventMigrationIteration, ({ iteration }, domain) => ({
    domain,
    iteration,
  })),
  'job-completed': kind(21, remote.domainEventJobCompleted, (body, domain) => {
    const { operation, fields, params } = readJobStats(3, body.params)
    return { domain, operation, fields, params }
  }),
  'device-removal-failed': kind(22, remote.domainEventDeviceRemovalFailed, alias),
  'metadata-change': kind(23, remote.domainEventMetadataChange, (body, domain) => ({
    domain,
    type: nameAt(['description', 'title', 'element'], body.type),
    namespace: body.nsuri,
  })),
  'block-threshold': kind(24, remote.domainEventBlockThreshold, (body, domain) => ({
    domain,
    device: body.dev,
    path: body.path,
    thresholdBytes: body.threshold,
    excessBytes: body.excess,
  })),
  'memory-failure': kind(
    25,
    remote.domainEventMemoryFailure,
    (body, domain) => ({
      domain,
      recipient: nameAt(['hypervisor', 'guest'], body.recipient),
      action: nameAt(['ignore', 'inject', 'fatal', 'reset'], body.action),
      flags: body.flags,
    }),
    '6.9.0',
  ),
  'memory-device-size-change': kind(
    26,
    remote.domainEventMemoryDeviceSizeChange,
    (body, domain) => ({ domain, alias: body.alias, sizeBytes: body.size * 1024n }),
    '7.9.0',
  ),
  'nic-mac-change': kind(
    27,
    remote.domainEventNicMacChange,
    (body, domain) => ({ domain, alias: body.alias, oldMac: body.oldMAC, newMac: body.newMAC }),
    '11.2.0',
  ),
}
