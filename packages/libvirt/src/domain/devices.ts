import { AffectFlag } from '../flags.ts'
import { nameAt } from '../xdr/name-at.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'
import { toTypedParams } from '../xdr/param-writer.ts'
import { toRecord } from '../xdr/typed-param.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'
import { readBlockStats, readInterfaceStats } from './device-stats.ts'
import type { BlockStats, InterfaceStats } from './device-stats.ts'
import { DomainResources } from './resources.ts'
import { wholeNumber } from './whole-number.ts'

/** VIR_TYPED_PARAM_STRING_OKAY */
const stringOkay = 4

/** VIR_DOMAIN_BLOCK_JOB_*_BYTES, VIR_DOMAIN_BLOCK_RESIZE_BYTES: amounts in bytes instead of MiB or KiB. */
const inBytes = 1

export interface BlockInfo {
  /** The disk as the guest sees it. */
  readonly capacityBytes: number
  /** Highest byte written, where the format tells. */
  readonly allocationBytes: number
  /** What it takes on the host. */
  readonly physicalBytes: number
}

const blockJobTypes = ['unknown', 'pull', 'copy', 'commit', 'active-commit', 'backup'] as const

export interface BlockJobInfo {
  readonly type: (typeof blockJobTypes)[number]
  /** 0 is unlimited. */
  readonly bandwidthBytesPerSecond: number
  /** How far it is, in a unit of its own; done when it has come to `end`. */
  readonly current: number
  readonly end: number
}

export interface BlockCopySettings {
  readonly bandwidthBytesPerSecond?: number
  readonly granularityBytes?: number
  readonly bufferBytes?: number
}

/** A domain's disks, network interfaces and other devices. `disk` is its target (`vda`) or source path. */
export abstract class DomainDevices extends DomainResources {
  // --- disks

  /** An empty `disk` sums up all. Works during a migration. */
  async blockStats(disk: string, options?: CallOptions): Promise<BlockStats> {
    return readBlockStats(await this.call(remote.domainBlockStats, { dom: this.ref, path: disk }, options))
  }

  /** The same and times, by libvirt's names: rd_operations, wr_total_times (nanoseconds), ... */
  async blockStatsFlags(disk: string, options?: CallOptions): Promise<ParamRecord> {
    const args = { dom: this.ref, path: disk, flags: stringOkay }
    const { nparams } = await this.call(remote.domainBlockStatsFlags, { ...args, nparams: 0 }, options)
    return toRecord((await this.call(remote.domainBlockStatsFlags, { ...args, nparams }, options)).params)
  }

  async getBlockInfo(disk: string, options?: CallOptions): Promise<BlockInfo> {
    const info = await this.call(remote.domainGetBlockInfo, { dom: this.ref, path: disk, flags: 0 }, options)
    return {
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      physicalBytes: Number(info.physical),
    }
  }

  /** undefined when no job runs on that disk. Works during a migration. */
  async getBlockJobInfo(disk: string, options?: CallOptions): Promise<BlockJobInfo | undefined> {
    const args = { dom: this.ref, path: disk, flags: inBytes }
    const { found, type, bandwidth, cur, end } = await this.call(remote.domainGetBlockJobInfo, args, options)
    if (found === 0) return undefined
    return {
      type: nameAt(blockJobTypes, type),
      bandwidthBytesPerSecond: Number(bandwidth),
      current: Number(cur),
      end: Number(end),
    }
  }

  /** @param flags BlockJobAbortFlag; PIVOT goes over to the copy. */
  async blockJobAbort(disk: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.call(remote.domainBlockJobAbort, { dom: this.ref, path: disk, flags }, options)
  }

  /** 0 is unlimited. Waits up to 30 s and then fails while a migration runs. */
  async blockJobSetSpeed(disk: string, bandwidthBytesPerSecond: number, options?: CallOptions): Promise<void> {
    const bandwidth = wholeNumber('bandwidthBytesPerSecond', bandwidthBytesPerSecond)
    await this.call(remote.domainBlockJobSetSpeed, { dom: this.ref, path: disk, bandwidth, flags: inBytes }, options)
  }

  /** Copies a disk to what the `<disk>` document `destinationXml` names and keeps both alike. @param flags BlockCopyFlag. libvirt 1.2.8 */
  async blockCopy(
    disk: string,
    destinationXml: string,
    settings: BlockCopySettings = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const params = toTypedParams(
      {
        bandwidthBytesPerSecond: ['bandwidth', 'ullong'],
        granularityBytes: ['granularity', 'uint'],
        bufferBytes: ['buf-size', 'ullong'],
      },
      settings,
    )
    const args = { dom: this.ref, path: disk, destxml: destinationXml, params, flags }
    await this.call(remote.domainBlockCopy, args, options)
  }

  async blockResize(disk: string, sizeBytes: number, options?: CallOptions): Promise<void> {
    const size = wholeNumber('sizeBytes', sizeBytes)
    await this.call(remote.domainBlockResize, { dom: this.ref, disk, size, flags: inBytes }, options)
  }

  /** total_bytes_sec, read_iops_sec, ...; 0 is unlimited. */
  async getBlockIoTune(disk: string, flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<ParamRecord> {
    const args = { dom: this.ref, disk, flags: flags | stringOkay }
    const { nparams } = await this.call(remote.domainGetBlockIoTune, { ...args, nparams: 0 }, options)
    return toRecord((await this.call(remote.domainGetBlockIoTune, { ...args, nparams }, options)).params)
  }

  /** weight, device_weight, ... of the block devices' scheduler. */
  async getBlkioParameters(flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<ParamRecord> {
    const { nparams } = await this.call(remote.domainGetBlkioParameters, { dom: this.ref, nparams: 0, flags }, options)
    const args = { dom: this.ref, nparams, flags: flags | stringOkay }
    return toRecord((await this.call(remote.domainGetBlkioParameters, args, options)).params)
  }

  /** Disks that an I/O error has stopped, each with the kind of error. */
  async getDiskErrors(
    options?: CallOptions,
  ): Promise<{ readonly disk: string; readonly error: 'none' | 'unspecified' | 'no-space' | 'unknown' }[]> {
    const args = { dom: this.ref, maxerrors: 256, flags: 0 }
    const { errors } = await this.call(remote.domainGetDiskErrors, args, options)
    return errors.map(({ disk, error }) => ({ disk, error: nameAt(['none', 'unspecified', 'no-space'], error) }))
  }

  // --- network interfaces

  /** @param device The host's side (`vnet0`) or the guest's MAC address. Works during a migration. */
  async interfaceStats(device: string, options?: CallOptions): Promise<InterfaceStats> {
    return readInterfaceStats(await this.call(remote.domainInterfaceStats, { dom: this.ref, device }, options))
  }

  // --- devices of any kind

  async attachDeviceFlags(xml: string, flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<void> {
    await this.call(remote.domainAttachDeviceFlags, { dom: this.ref, xml, flags }, options)
  }

  /** The guest may take its time or refuse: wait for `device-removed` or `device-removal-failed`. */
  async detachDeviceFlags(xml: string, flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<void> {
    await this.call(remote.domainDetachDeviceFlags, { dom: this.ref, xml, flags }, options)
  }

  async updateDeviceFlags(xml: string, flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<void> {
    await this.call(remote.domainUpdateDeviceFlags, { dom: this.ref, xml, flags }, options)
  }
}
