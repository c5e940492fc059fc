import type { Duplex, Readable } from 'node:stream'
import { readAccelerator } from '../domain-xml/accelerator.ts'
import { LibvirtClientError } from '../errors.ts'
import { AffectFlag, MigrateFlag } from '../flags.ts'
import { qmpReturn } from '../host/qmp.ts'
import type { QmpCommand } from '../host/qmp.ts'
import * as qemu from '../protocol/qemu.gen.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'
import { dirtyRateFlags, guardDirtyRateMode, modeOfMonitorCommand } from './dirty-rate.ts'
import type { DirtyRateMode } from './dirty-rate.ts'
import { readJobInfo } from './job-info.ts'
import type { DomainJobInfo } from './job-info.ts'
import { readJobStats } from './job-stats.ts'
import type { DomainJobStats } from './job-stats.ts'
import { checkMigration } from './migration/migration-check.ts'
import { migrationNeeds } from './migration/migration-needs.ts'
import { toMigrateTypedParams } from './migration/migration-params.ts'
import type { MigrateParams } from './migration/migration-params.ts'
import { metadataTypes } from './metadata.ts'
import type { MetadataType } from './metadata.ts'
import { domainState, domainStateName } from './state.ts'
import type { DomainState, DomainStateName } from './state.ts'
import { nameAt } from '../xdr/name-at.ts'
import { DomainGuestAgent } from './guest-agent.ts'
import { wholeNumber } from './whole-number.ts'

/** A virtual machine on one host. Holding one costs nothing; the daemon finds it by its UUID at each call. */
export class Domain extends DomainGuestAgent {
  /** Works during a migration, also when the daemon's normal workers are all blocked. */
  async getState(options?: CallOptions): Promise<DomainState> {
    const { state, reason } = await this.call(remote.domainGetState, { dom: this.ref, flags: 0 }, options)
    return domainState(state, reason)
  }

  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    const info = await this.call(remote.domainGetInfo, { dom: this.ref }, options)
    return {
      state: domainStateName(info.state),
      maxMemoryBytes: Number(info.maxMem) * 1024,
      memoryBytes: Number(info.memory) * 1024,
      vcpus: info.nrVirtCpu,
      cpuTimeNs: info.cpuTime,
    }
  }

  /** @param flags DomainXmlFlag; MIGRATABLE | SECURE is the base for a migration's destination XML. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.call(remote.domainGetXmlDesc, { dom: this.ref, flags }, options)).xml
  }

  /** Starts a defined domain. @param flags CreateFlag */
  async create(flags = 0, options?: CallOptions): Promise<Domain> {
    const { dom } = await this.call(remote.domainCreateWithFlags, { dom: this.ref, flags }, options)
    return new Domain(this.caller, dom)
  }

  /** Ends it at once; works during a migration, also on the destination. @param flags DestroyFlag */
  async destroy(flags = 0, options?: CallOptions): Promise<void> {
    await this.call(remote.domainDestroyFlags, { dom: this.ref, flags }, options)
  }

  /** Asks the guest to shut down; returns at once. @param flags ShutdownFlag */
  async shutdown(flags = 0, options?: CallOptions): Promise<void> {
    await this.call(remote.domainShutdownFlags, { dom: this.ref, flags }, options)
  }

  async reboot(flags = 0, options?: CallOptions): Promise<void> {
    await this.call(remote.domainReboot, { dom: this.ref, flags }, options)
  }

  /** @param flags UndefineFlag */
  async undefineFlags(flags = 0, options?: CallOptions): Promise<void> {
    await this.call(remote.domainUndefineFlags, { dom: this.ref, flags }, options)
  }

  /** Stops the vCPUs. During a migration an abort resumes the guest by itself. */
  async suspend(options?: CallOptions): Promise<void> {
    await this.call(remote.domainSuspend, { dom: this.ref }, options)
  }

  /** Waits up to 30 s and then fails (VIR_ERR_OPERATION_TIMEOUT) while a migration runs. */
  async resume(options?: CallOptions): Promise<void> {
    await this.call(remote.domainResume, { dom: this.ref }, options)
  }

  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.domainIsActive, { dom: this.ref }, options)).active === 1
  }

  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.domainIsPersistent, { dom: this.ref }, options)).persistent === 1
  }

  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.domainGetAutostart, { dom: this.ref }, options)).autostart === 1
  }

  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.call(remote.domainSetAutostart, { dom: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** How many snapshots it has; any one blocks migration. */
  async snapshotNum(options?: CallOptions): Promise<number> {
    return (await this.call(remote.domainListAllSnapshots, { dom: this.ref, needResults: 0, flags: 0 }, options)).ret
  }

  /**
   * The running job, or with `completed` the last finished one, which is forgotten by the reading unless `keepCompleted`
   * (libvirt 6.0). A migration's completed record is on the destination; a failed or aborted one leaves none.
   */
  async getJobStats(
    { completed = false, keepCompleted = false }: { completed?: boolean; keepCompleted?: boolean } = {},
    options?: CallOptions,
  ): Promise<DomainJobStats> {
    const flags = (completed ? 1 : 0) | (keepCompleted ? 2 : 0)
    const { type, params } = await this.call(remote.domainGetJobStats, { dom: this.ref, flags }, options)
    return readJobStats(type, params)
  }

  async getJobInfo(options?: CallOptions): Promise<DomainJobInfo> {
    return readJobInfo(await this.call(remote.domainGetJobInfo, { dom: this.ref }, options))
  }

  /** Cancels the running job; in post-copy only AbortJobFlag.POSTCOPY (libvirt 8.5) is possible. */
  async abortJob(flags = 0, options?: CallOptions): Promise<void> {
    if (flags === 0) await this.call(remote.domainAbortJob, { dom: this.ref }, options)
    else await this.call(remote.domainAbortJobFlags, { dom: this.ref, flags }, options)
  }

  /** Takes effect at once, also during a migration, and stays for this QEMU process. */
  async migrateSetMaxDowntime(downtimeMs: number, options?: CallOptions): Promise<void> {
    await this.call(
      remote.domainMigrateSetMaxDowntime,
      { dom: this.ref, downtime: wholeNumber('downtimeMs', downtimeMs), flags: 0 },
      options,
    )
  }

  /** Milliseconds; QEMU's default is 300. libvirt 3.7 */
  async migrateGetMaxDowntime(options?: CallOptions): Promise<number> {
    return Number((await this.call(remote.domainMigrateGetMaxDowntime, { dom: this.ref, flags: 0 }, options)).downtime)
  }

  /** @param flags MaxSpeedFlag. During a migration it takes effect at once and is undone at its end. Never 0: some QEMUs take that as "no limit". */
  async migrateSetMaxSpeed(bandwidthMiBps: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.call(
      remote.domainMigrateSetMaxSpeed,
      { dom: this.ref, bandwidth: wholeNumber('bandwidthMiBps', bandwidthMiBps), flags },
      options,
    )
  }

  /** MiB/s; 8796093022207 is unlimited, the default. @param flags MaxSpeedFlag */
  async migrateGetMaxSpeed(flags = 0, options?: CallOptions): Promise<number> {
    return Number((await this.call(remote.domainMigrateGetMaxSpeed, { dom: this.ref, flags }, options)).bandwidth)
  }

  /** Switches a migration that was started with POSTCOPY. Cannot be undone. */
  async migrateStartPostCopy(flags = 0, options?: CallOptions): Promise<void> {
    await this.call(remote.domainMigrateStartPostCopy, { dom: this.ref, flags }, options)
  }

  /**
   * The first phase of a migration alone. Without CHANGE_PROTECTION it checks everything that the source checks (blockers,
   * snapshots, unsafe disks), holds no job afterwards and starts nothing: libvirt's own answer to "could it be migrated?".
   * Gives the XML that would be sent. libvirt 1.1.0
   */
  async migrateBegin3(params: MigrateParams, flags: number, options?: CallOptions): Promise<string> {
    if ((flags & MigrateFlag.CHANGE_PROTECTION) !== 0) {
      throw new LibvirtClientError(
        'LIBVIRT_BAD_ARGUMENT',
        'migrateBegin3 with CHANGE_PROTECTION would leave a migration job that nobody ends',
      )
    }
    const args = { dom: this.ref, params: toMigrateTypedParams(params), flags }
    return (await this.call(remote.domainMigrateBegin3Params, args, options)).xml
  }

  /**
   * Migrates peer-to-peer; resolves when the migration has finished, which may take hours, so without a time limit unless one is
   * given. It outlives this connection: when the connection is lost, ask both hosts what became of it.
   *
   * Use a connection of its own for each: the call stays outstanding all the time, and a connection has few places.
   *
   * @param destinationUri The destination daemon as the *source daemon* reaches it, e.g. `qemu+tcp://host2/system`.
   * @param flags MigrateFlag; PEER2PEER is required.
   */
  async migrateToURI3(
    destinationUri: string,
    params: MigrateParams,
    flags: number,
    options?: CallOptions,
  ): Promise<void> {
    checkMigration(destinationUri, params, flags)
    for (const [what, since] of migrationNeeds(params, flags)) this.caller.needVersion(since, what)
    await this.caller.call(
      remote.domainMigratePerform3Params,
      {
        dom: this.ref,
        dconnuri: destinationUri,
        params: toMigrateTypedParams(params),
        cookieIn: new Uint8Array(0),
        flags,
      },
      { ...options, timeoutMs: options?.timeoutMs ?? 'none', long: true },
    )
  }

  /**
   * Starts a measurement of the write rate, 1 to 60 s long; read it with getAllDomainStats(DIRTYRATE). libvirt 7.2; other modes
   * than page-sampling 8.1. A mode that could harm the guest is refused (LIBVIRT_HAZARD). Not possible during a migration.
   */
  async startDirtyRateCalc(
    seconds: number,
    { mode = 'page-sampling' }: { mode?: DirtyRateMode } = {},
    options?: CallOptions,
  ): Promise<void> {
    await this.#guardDirtyRate(mode, options)
    await this.call(remote.domainStartDirtyRateCalc, { dom: this.ref, seconds, flags: dirtyRateFlags[mode] }, options)
  }

  async #guardDirtyRate(mode: DirtyRateMode | undefined, options: CallOptions | undefined): Promise<void> {
    if (mode === undefined || mode === 'page-sampling') return
    guardDirtyRateMode(mode, readAccelerator(await this.getXMLDesc(0, options)))
  }

  /**
   * Speaks to QEMU behind libvirt's back, which taints the domain; works during a migration. A command object gives the `return`
   * value (QEMU's error: LIBVIRT_QMP_ERROR), a text is sent as it is and gives the raw answer. A dirty-rate mode that could harm
   * the guest is refused here too (LIBVIRT_HAZARD).
   */
  async qemuMonitorCommand(command: string, options?: CallOptions): Promise<string>
  async qemuMonitorCommand(command: QmpCommand, options?: CallOptions): Promise<unknown>
  async qemuMonitorCommand(command: string | QmpCommand, options?: CallOptions): Promise<unknown> {
    const cmd = typeof command === 'string' ? command : JSON.stringify(command)
    await this.#guardDirtyRate(modeOfMonitorCommand(cmd), options)
    const { result } = await this.call(qemu.domainMonitorCommand, { dom: this.ref, cmd, flags: 0 }, options)
    return typeof command === 'string' ? result : qmpReturn(command, result)
  }

  /** Fails with VIR_ERR_NO_DOMAIN_METADATA when there is none. @param uri Of an element: its namespace. */
  async getMetadata(
    type: MetadataType,
    uri?: string,
    flags: number = AffectFlag.CURRENT,
    options?: CallOptions,
  ): Promise<string> {
    const args = { dom: this.ref, type: metadataTypes[type], uri, flags }
    return (await this.call(remote.domainGetMetadata, args, options)).metadata
  }

  /** `undefined` removes it. @param element Of an element: its prefix and namespace. */
  async setMetadata(
    type: MetadataType,
    metadata: string | undefined,
    element: { key?: string; uri?: string } = {},
    flags: number = AffectFlag.CURRENT,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, type: metadataTypes[type], metadata, key: element.key, uri: element.uri, flags }
    await this.call(remote.domainSetMetadata, args, options)
  }

  // --- seldom asked

  /** `hvm` */
  async getOSType(options?: CallOptions): Promise<string> {
    return (await this.call(remote.domainGetOsType, { dom: this.ref }, options)).type
  }

  /** Whether its definition differs from what runs. */
  async isUpdated(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.domainIsUpdated, { dom: this.ref }, options)).updated === 1
  }

  /** How libvirt gets along with QEMU: busy (`job`, `occupied`) or not. */
  async getControlInfo(options?: CallOptions): Promise<DomainControlInfo> {
    const args = { dom: this.ref, flags: 0 }
    const { state, details, stateTime } = await this.call(remote.domainGetControlInfo, args, options)
    return {
      state: nameAt(['ok', 'job', 'occupied', 'error'], state),
      error: nameAt(['none', 'unknown', 'monitor', 'internal'], details),
      stateTimeMs: Number(stateTime),
    }
  }

  /** Complaints that libvirt has about it: a tainted domain, deprecated settings. libvirt 7.1 */
  async getMessages(flags = 0, options?: CallOptions): Promise<readonly string[]> {
    return (await this.call(remote.domainGetMessages, { dom: this.ref, flags }, options)).msgs
  }

  /** Only one that is not running. libvirt 1.2.19 */
  async rename(newName: string, options?: CallOptions): Promise<void> {
    await this.call(remote.domainRename, { dom: this.ref, newName, flags: 0 }, options)
  }

  /** Pulls the plug and puts it in again; the guest is not asked. */
  async reset(options?: CallOptions): Promise<void> {
    await this.call(remote.domainReset, { dom: this.ref, flags: 0 }, options)
  }

  async injectNMI(options?: CallOptions): Promise<void> {
    await this.call(remote.domainInjectNmi, { dom: this.ref, flags: 0 }, options)
  }

  /** Writes the memory to a file and stops the guest; its next start goes on from there. May last long: no time limit unless given. */
  async managedSave(flags = 0, options?: CallOptions): Promise<void> {
    await this.caller.call(
      remote.domainManagedSave,
      { dom: this.ref, flags },
      { timeoutMs: 'none', ...options, long: true },
    )
  }

  async hasManagedSaveImage(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.domainHasManagedSaveImage, { dom: this.ref, flags: 0 }, options)).result === 1
  }

  async managedSaveRemove(options?: CallOptions): Promise<void> {
    await this.call(remote.domainManagedSaveRemove, { dom: this.ref, flags: 0 }, options)
  }

  /** How many checkpoints it has. libvirt 5.6 */
  async checkpointNum(options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, needResults: 0, flags: 0 }
    return (await this.call(remote.domainListAllCheckpoints, args, options)).ret
  }

  /** Whether it starts at the host's next boot only. libvirt 11.2 */
  async getAutostartOnce(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.domainGetAutostartOnce, { dom: this.ref }, options)).autostart === 1
  }

  /** Bytes of xbzrle's cache. */
  async migrateGetCompressionCache(options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, flags: 0 }
    return Number((await this.call(remote.domainMigrateGetCompressionCache, args, options)).cacheSize)
  }

  async migrateSetCompressionCache(cacheBytes: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, cacheSize: wholeNumber('cacheBytes', cacheBytes), flags: 0 }
    await this.call(remote.domainMigrateSetCompressionCache, args, options)
  }

  /** A console of the guest, both ways. @param device Its alias (`serial0`); the first console when missing. @param flags 1 takes it from another user. */
  async openConsole(device?: string, flags = 0, options?: CallOptions): Promise<Duplex> {
    const args = { dom: this.ref, devName: device, flags }
    return (await this.caller.openStream(remote.domainOpenConsole, args, options)).stream
  }

  /** A picture of a screen. */
  async screenshot(
    screen = 0,
    options?: CallOptions,
  ): Promise<{ readonly mimeType: string | undefined; readonly image: Readable }> {
    const args = { dom: this.ref, screen, flags: 0 }
    const { ret, stream } = await this.caller.openStream(remote.domainScreenshot, args, options)
    return { mimeType: ret.mime, image: stream }
  }

  async undefine(options?: CallOptions): Promise<void> {
    await this.call(remote.domainUndefine, { dom: this.ref }, options)
  }
}

export interface DomainControlInfo {
  readonly state: 'ok' | 'job' | 'occupied' | 'error' | 'unknown'
  /** Why the state is `error`. */
  readonly error: 'none' | 'unknown' | 'monitor' | 'internal'
  /** How long ago it got there. */
  readonly stateTimeMs: number
}

export interface DomainInfo {
  readonly state: DomainStateName
  readonly maxMemoryBytes: number
  readonly memoryBytes: number
  readonly vcpus: number
  /** Nanoseconds of CPU time used; passes 2^53 after 104 days. */
  readonly cpuTimeNs: bigint
}
