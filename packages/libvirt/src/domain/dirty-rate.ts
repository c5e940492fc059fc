import type { LiveAccelerator } from '../domain-xml/accelerator.ts'
import { LibvirtClientError } from '../errors.ts'
import { nameAt } from '../names.ts'
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
 * Refuses a mode that the guest's accelerator cannot take. QEMU 7.2 follows a null pointer when the bitmap or ring mode is asked
 * of a guest without KVM: the guest is lost, and libvirt does not check. Throws LIBVIRT_HAZARD.
 */
export const guardDirtyRateMode = (mode: DirtyRateMode, accelerator: LiveAccelerator): void => {
  if (mode === 'page-sampling') return
  if (accelerator.type !== 'kvm') {
    throw new LibvirtClientError(
      'LIBVIRT_HAZARD',
      `dirty-rate mode '${mode}' can kill a guest without KVM (this one is of type '${accelerator.type}'); use 'page-sampling'`,
    )
  }
  if ((mode === 'dirty-ring') !== accelerator.dirtyRing) {
    const wanted = accelerator.dirtyRing ? 'dirty-ring' : 'dirty-bitmap'
    throw new LibvirtClientError(
      'LIBVIRT_HAZARD',
      `dirty-rate mode '${mode}' does not fit this guest, whose dirty ring is ${accelerator.dirtyRing ? 'on' : 'off'}; use '${wanted}'`,
    )
  }
}

const modes: readonly DirtyRateMode[] = ['page-sampling', 'dirty-bitmap', 'dirty-ring']

/** The mode that a monitor command measures in; undefined when it is another command or the default mode. */
export const modeOfMonitorCommand = (command: string): DirtyRateMode | undefined => {
  if (!command.includes('calc-dirty-rate')) return undefined
  try {
    const { execute, arguments: args } = JSON.parse(command) as { execute?: unknown; arguments?: { mode?: unknown } }
    return execute === 'calc-dirty-rate' ? modes.find((mode) => mode === args?.mode) : undefined
  } catch {
    // Not JSON: libvirt refuses it by itself.
    return undefined
  }
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
