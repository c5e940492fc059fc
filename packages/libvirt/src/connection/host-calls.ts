import type { Caller } from '../rpc/caller.ts'
import { readCpuMap } from '../host/cpu-map.ts'
import type { Procedure } from '../protocol/procedure.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions, RpcCallOptions } from '../rpc/rpc-client.ts'
import type { RpcStream } from '../rpc/rpc-stream.ts'
import { toRecord } from '../xdr/typed-param.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'

/** How the CPU asked about relates to what the host can give: `superset` is a host that can do more. */
export type CpuCompareResult = 'incompatible' | 'identical' | 'superset'

/** Narrows a question about capabilities; what is missing, the daemon chooses. */
export interface HypervisorQuery {
  readonly emulator?: string | undefined
  readonly arch?: string | undefined
  readonly machine?: string | undefined
  /** `kvm`, `qemu` */
  readonly virtType?: string | undefined
}

export const cpuCompareResult = (result: number): CpuCompareResult =>
  result === 2 ? 'superset' : result === 1 ? 'identical' : 'incompatible'

/** Nanoseconds since the host's start; a field is missing when the host does not tell. */
export type NodeCpuStats = { readonly [Name in 'kernelNs' | 'userNs' | 'idleNs' | 'iowaitNs' | 'intrNs']?: bigint }

/** What is seldom asked of a daemon and its host. */
export abstract class HostCalls implements Caller {
  abstract call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: RpcCallOptions<Ret>): Promise<Ret>
  abstract openStream<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ): Promise<{ readonly ret: Ret; readonly stream: RpcStream }>
  abstract needVersion(since: string, what: string): void

  /** What the daemon says of its own connection: 1 also over plain TCP. Do not trust it. */
  async isSecure(options?: CallOptions): Promise<boolean> {
    return (await this.call(remote.connectIsSecure, undefined, options)).secure === 1
  }

  /** The `<sysinfo>` XML of the host's SMBIOS. */
  async getSysinfo(options?: CallOptions): Promise<string> {
    return (await this.call(remote.connectGetSysinfo, { flags: 0 }, options)).sysinfo
  }

  /** Running domains. */
  async numOfDomains(options?: CallOptions): Promise<number> {
    return (await this.call(remote.connectNumOfDomains, undefined, options)).num
  }

  /** Whether the host's own CPU can give the CPU of a `<cpu>` document; {@link Connection.compareHypervisorCPU} says more. */
  async compareCPU(cpuXml: string, flags = 0, options?: CallOptions): Promise<CpuCompareResult> {
    return cpuCompareResult((await this.call(remote.connectCompareCpu, { xml: cpuXml, flags }, options)).result)
  }

  /** The best CPU that all the hosts of these `<cpu>` documents can give. */
  async baselineCPU(cpuXmls: readonly string[], flags = 0, options?: CallOptions): Promise<string> {
    return (await this.call(remote.connectBaselineCpu, { xmlCPUs: cpuXmls, flags }, options)).cpu
  }

  /** The same, as this host's hypervisor sees it. libvirt 4.4 */
  async baselineHypervisorCPU(
    cpuXmls: readonly string[],
    { emulator, arch, machine, virtType: virttype }: HypervisorQuery = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<string> {
    const args = { emulator, arch, machine, virttype, xmlCPUs: cpuXmls, flags }
    return (await this.call(remote.connectBaselineHypervisorCpu, args, options)).cpu
  }

  /** Bytes free in each NUMA cell from `startCell` on. */
  async nodeGetCellsFreeMemory(startCell = 0, maxCells = 1024, options?: CallOptions): Promise<number[]> {
    const args = { startCell, maxcells: maxCells }
    return (await this.call(remote.nodeGetCellsFreeMemory, args, options)).cells.map(Number)
  }

  /**
   * Free memory pages of one size, counted in each NUMA cell from `startCell` on: what a guest with huge pages needs. libvirt 1.2.6
   *
   * @param pageSizeBytes A size that the host has (its capabilities list them); another is VIR_ERR_OPERATION_FAILED.
   */
  async nodeGetFreePages(
    pageSizeBytes: number,
    startCell = 0,
    cells = 1,
    options?: CallOptions,
  ): Promise<readonly number[]> {
    const args = { pages: [pageSizeBytes / 1024], startCell, cellCount: cells, flags: 0 }
    return (await this.call(remote.nodeGetFreePages, args, options)).counts.map(Number)
  }

  /** @param cpu The number of one CPU; all together when missing. */
  async nodeGetCPUStats(cpu = -1, options?: CallOptions): Promise<NodeCpuStats> {
    const { nparams } = await this.call(remote.nodeGetCpuStats, { cpuNum: cpu, nparams: 0, flags: 0 }, options)
    const { params } = await this.call(remote.nodeGetCpuStats, { cpuNum: cpu, nparams, flags: 0 }, options)
    return Object.fromEntries(params.map(({ field, value }) => [`${field}Ns`, value]))
  }

  /** The host's CPUs, and which of them are online. */
  async nodeGetCPUMap(options?: CallOptions): Promise<{ readonly cpus: number; readonly online: readonly number[] }> {
    const { cpumap, ret } = await this.call(remote.nodeGetCpuMap, { needMap: 1, needOnline: 1, flags: 0 }, options)
    return { cpus: ret, online: readCpuMap(cpumap) }
  }

  /** The settings of the host's page merging: shm_pages_to_scan, shm_sleep_millisecs, ... */
  async nodeGetMemoryParameters(options?: CallOptions): Promise<ParamRecord> {
    const { nparams } = await this.call(remote.nodeGetMemoryParameters, { nparams: 0, flags: 0 }, options)
    return toRecord((await this.call(remote.nodeGetMemoryParameters, { nparams, flags: 0 }, options)).params)
  }
}
