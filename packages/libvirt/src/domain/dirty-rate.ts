import type { LiveAccelerator } from '../domain-xml/accelerator.ts'
import { LibvirtClientError } from '../errors.ts'
import { nameAt } from '../xdr/name-at.ts'
import type { ParamRecord } from '../xdr/typed-param.ts'

/** How QEMU measures; the bitmap and ring modes need KVM and libvirt 8.1. */
export type DirtyRateMode = 'page-sampling' | 'dirty-bitmap' | 'dirty-ring'

/** VIR_DOMAIN_DIRTYRATE_MODE_*. */
export const dirtyRateFlags: Readonly<Record<DirtyRateMode, number>> = {
  'page-sampling': 0,
  'dirty-bitmap': 1,
  'dirty-ring': 2,
}

/**
 * Refuses a mode that harms the guest. QEMU 7.2 follows a null pointer when the bitmap or ring mode is asked of a guest without
 * KVM: the guest is lost, and libvirt does not check. The ring mode makes a guest that writes fast wait for its ring to be emptied at
 * every turn: one went from 5.7 to 0.1 million writes a second for as long as it was measured (QEMU 10.0, ring of 4096, software KVM).
 * Throws LIBVIRT_HAZARD.
 */
export const guardDirtyRateMode = (mode: DirtyRateMode, accelerator: LiveAccelerator): void => {
  if (mode === 'page-sampling') return
  const refuse = (why: string): never => {
    throw new LibvirtClientError('LIBVIRT_HAZARD', `dirty-rate mode '${mode}' ${why}; use 'page-sampling'`)
  }
  if (accelerator.type !== 'kvm') refuse(`can kill a guest without KVM (this one is of type '${accelerator.type}')`)
  if (mode === 'dirty-ring') refuse('stops a guest that writes fast for as long as it measures')
  if (accelerator.dirtyRing) refuse('does not fit this guest, whose dirty ring is on')
}

const modes: readonly DirtyRateMode[] = ['page-sampling', 'dirty-bitmap', 'dirty-ring']

interface MonitorCommand {
  readonly execute?: unknown
  readonly arguments?: { readonly mode?: unknown; readonly 'command-line'?: unknown }
}

/** The mode that a monitor command measures in, also by QEMU's other monitor; undefined when it is another command or the default mode. */
export const modeOfMonitorCommand = (command: string): DirtyRateMode | undefined => {
  if (!/calc[-_]dirty[-_]rate/.test(command)) return undefined
  try {
    const { execute, arguments: args } = JSON.parse(command) as MonitorCommand
    if (execute === 'human-monitor-command') return modeOfCommandLine(args?.['command-line'])
    return execute === 'calc-dirty-rate' ? modes.find((mode) => mode === args?.mode) : undefined
  } catch {
    // Not JSON: libvirt refuses it by itself.
    return undefined
  }
}

/** `calc_dirty_rate [-r|-b] SECONDS [PAGES]` */
const modeOfCommandLine = (line: unknown): DirtyRateMode | undefined => {
  const [name, ...words] = typeof line === 'string' ? line.trim().split(/\s+/) : []
  if (name !== 'calc_dirty_rate') return undefined
  return words.includes('-r') ? 'dirty-ring' : words.includes('-b') ? 'dirty-bitmap' : undefined
}

const statuses = ['unstarted', 'measuring', 'measured'] as const

/** The `dirtyrate` group of a domain's statistics. */
export interface DirtyRate {
  readonly status: (typeof statuses)[number] | 'unknown'
  /** Seconds since 1970 on newer QEMUs (10.0), of the host's monotonic clock on older ones (7.2). */
  readonly startTimeSeconds: number | undefined
  readonly periodSeconds: number | undefined
  readonly mode: string | undefined
  /** MiB/s; there once `status` is `'measured'`. */
  readonly mebibytesPerSecond: number | undefined
  /** MiB/s of each vCPU; only the dirty-ring mode tells. */
  readonly vcpuMebibytesPerSecond: readonly number[]
}

/** Reads the record that getAllDomainStats(DIRTYRATE) gave; undefined when it has no such group. */
export const readDirtyRate = (params: ParamRecord): DirtyRate | undefined => {
  const number = (field: string): number | undefined => {
    const value = params[`dirtyrate.${field}`]
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
  }
  const status = number('calc_status')
  if (status === undefined) return undefined
  const vcpus: number[] = []
  for (;;) {
    const rate = number(`vcpu.${vcpus.length}.megabytes_per_second`)
    if (rate === undefined) break
    vcpus.push(rate)
  }
  const mode = params['dirtyrate.calc_mode']
  return {
    status: nameAt(statuses, status),
    startTimeSeconds: number('calc_start_time'),
    periodSeconds: number('calc_period'),
    mode: typeof mode === 'string' ? mode : undefined,
    mebibytesPerSecond: number('megabytes_per_second'),
    vcpuMebibytesPerSecond: vcpus,
  }
}
