import { readCpuMap, splitCpuMaps, writeCpuMap } from '../host/cpu-map.ts'
import { AffectFlag } from '../flags.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'
import { toTypedParams } from '../xdr/param-writer.ts'
import { toRecord } from '../xdr/typed-param.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'
import { DomainHandle } from './handle.ts'
import { readMemoryStats } from './memory-stats.ts'
import type { MemoryStats } from './memory-stats.ts'
import { schedulerWire } from './scheduler.ts'
import type { SchedulerSettings } from './scheduler.ts'
import { wholeNumber } from './whole-number.ts'

/** VIR_TYPED_PARAM_STRING_OKAY: getters may answer with strings too. */
const stringOkay = 4

/** virMemoryStat tags; more than any version has. */
/** VIR_MEMORY_PHYSICAL */
const physicalMemory = 2
const maxMemoryStats = 64

export interface IoThreadInfo {
  readonly id: number
  /** Host CPUs it may run on. */
  readonly cpus: readonly number[]
}

/** A domain's share of its host: processors, memory, scheduling. */
export abstract class DomainResources extends DomainHandle {
  // --- processors

  /** @param flags AffectFlag; 4 asks for the maximum, 8 (guest agent) for those online in the guest. */
  async getVcpusFlags(flags = 0, options?: CallOptions): Promise<number> {
    return (await this.call(remote.domainGetVcpusFlags, { dom: this.ref, flags }, options)).num
  }

  async setVcpusFlags(vcpus: number, flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<void> {
    await this.call(remote.domainSetVcpusFlags, { dom: this.ref, nvcpus: vcpus, flags }, options)
  }

  /** The host CPUs that each vCPU may run on. */
  async getVcpuPinInfo(flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<number[][]> {
    const maplen = await this.#mapBytes(options)
    const ncpumaps = await this.getVcpusFlags(flags | 4, options)
    const args = { dom: this.ref, ncpumaps, maplen, flags }
    const { cpumaps, num } = await this.call(remote.domainGetVcpuPinInfo, args, options)
    return splitCpuMaps(cpumaps, maplen).slice(0, num)
  }

  async pinVcpuFlags(
    vcpu: number,
    cpus: readonly number[],
    flags: number = AffectFlag.CURRENT,
    options?: CallOptions,
  ): Promise<void> {
    await this.call(remote.domainPinVcpuFlags, { dom: this.ref, vcpu, cpumap: writeCpuMap(cpus), flags }, options)
  }

  /** The host CPUs that QEMU's own threads may run on. libvirt 0.10.0 */
  async getEmulatorPinInfo(flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<number[]> {
    const args = { dom: this.ref, maplen: await this.#mapBytes(options), flags }
    return readCpuMap((await this.call(remote.domainGetEmulatorPinInfo, args, options)).cpumaps)
  }

  async pinEmulator(cpus: readonly number[], flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<void> {
    await this.call(remote.domainPinEmulator, { dom: this.ref, cpumap: writeCpuMap(cpus), flags }, options)
  }

  /** libvirt 1.2.14 */
  async getIOThreadInfo(flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<IoThreadInfo[]> {
    const { info } = await this.call(remote.domainGetIothreadInfo, { dom: this.ref, flags }, options)
    return info.map(({ iothreadId, cpumap }) => ({ id: iothreadId, cpus: readCpuMap(cpumap) }))
  }

  /** CPU time of the whole guest in nanoseconds: cpu_time, user_time, system_time. */
  async getCPUStats(options?: CallOptions): Promise<ParamRecord> {
    const total = { dom: this.ref, startCpu: -1, ncpus: 1, flags: stringOkay }
    const { nparams } = await this.call(remote.domainGetCpuStats, { ...total, nparams: 0 }, options)
    return toRecord((await this.call(remote.domainGetCpuStats, { ...total, nparams }, options)).params)
  }

  async #mapBytes(options: CallOptions | undefined): Promise<number> {
    const map = { needMap: 0, needOnline: 0, flags: 0 }
    return Math.ceil((await this.call(remote.nodeGetCpuMap, map, options)).ret / 8)
  }

  // --- memory

  /** Bytes. */
  async getMaxMemory(options?: CallOptions): Promise<number> {
    return Number((await this.call(remote.domainGetMaxMemory, { dom: this.ref }, options)).memory) * 1024
  }

  /** Sets the balloon's target. @param flags AffectFlag; 4 sets the maximum. */
  async setMemoryFlags(memoryBytes: number, flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<void> {
    const memory = wholeNumber('memoryBytes / 1024', memoryBytes / 1024)
    await this.call(remote.domainSetMemoryFlags, { dom: this.ref, memory, flags }, options)
  }

  /** Works during a migration. */
  async memoryStats(options?: CallOptions): Promise<MemoryStats> {
    const args = { dom: this.ref, maxStats: maxMemoryStats, flags: 0 }
    return readMemoryStats((await this.call(remote.domainMemoryStats, args, options)).stats)
  }

  /**
   * Reads guest-physical memory of a running guest (VIR_MEMORY_PHYSICAL); changes nothing. Devices answer reads of their own
   * addresses, so ask for RAM only. The host writes it to a file of its own first (QEMU's `pmemsave`) and deletes that.
   * @param sizeBytes at most 4 MiB (65536 before libvirt 1.0.6)
   */
  async memoryPeek(offset: number, sizeBytes: number, options?: CallOptions): Promise<Uint8Array> {
    const args = { dom: this.ref, offset: BigInt(offset), size: sizeBytes, flags: physicalMemory }
    return (await this.call(remote.domainMemoryPeek, args, options)).buffer
  }

  /** How often the balloon driver reports; 0 turns it off. libvirt 1.1.1 */
  async setMemoryStatsPeriod(
    periodSeconds: number,
    flags: number = AffectFlag.CURRENT,
    options?: CallOptions,
  ): Promise<void> {
    await this.call(remote.domainSetMemoryStatsPeriod, { dom: this.ref, period: periodSeconds, flags }, options)
  }

  /** hard_limit, soft_limit, swap_hard_limit in KiB; 9007199254740991 is unlimited. */
  async getMemoryParameters(flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<ParamRecord> {
    const { nparams } = await this.call(remote.domainGetMemoryParameters, { dom: this.ref, nparams: 0, flags }, options)
    const args = { dom: this.ref, nparams, flags: flags | stringOkay }
    return toRecord((await this.call(remote.domainGetMemoryParameters, args, options)).params)
  }

  // --- scheduling

  /** cpu_shares, vcpu_period, vcpu_quota (microseconds a period, -1 unlimited), ... Works during a migration; setting does not. */
  async getSchedulerParameters(flags: number = AffectFlag.CURRENT, options?: CallOptions): Promise<ParamRecord> {
    const { nparams } = await this.call(remote.domainGetSchedulerType, { dom: this.ref }, options)
    const args = { dom: this.ref, nparams, flags: flags | stringOkay }
    return toRecord((await this.call(remote.domainGetSchedulerParametersFlags, args, options)).params)
  }

  /** Waits up to 30 s and then fails (VIR_ERR_OPERATION_TIMEOUT) while a migration runs. A quota goes with the guest when it moves. */
  async setSchedulerParametersFlags(
    settings: SchedulerSettings,
    flags: number = AffectFlag.CURRENT,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, params: toTypedParams(schedulerWire, settings), flags }
    await this.call(remote.domainSetSchedulerParametersFlags, args, options)
  }
}
