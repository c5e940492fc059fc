import type { WireParam } from '../xdr/param-writer.ts'

/** How the host's scheduler treats a guest; times in microseconds, a quota of -1 is unlimited. */
export interface SchedulerSettings {
  readonly cpuShares?: number
  readonly vcpuPeriodUs?: number
  readonly vcpuQuotaUs?: number
  readonly emulatorPeriodUs?: number
  readonly emulatorQuotaUs?: number
  readonly globalPeriodUs?: number
  readonly globalQuotaUs?: number
  readonly iothreadPeriodUs?: number
  readonly iothreadQuotaUs?: number
}

// VIR_DOMAIN_SCHEDULER_*
export const schedulerWire: { readonly [Name in keyof Required<SchedulerSettings>]: WireParam } = {
  cpuShares: ['cpu_shares', 'ullong'],
  vcpuPeriodUs: ['vcpu_period', 'ullong'],
  vcpuQuotaUs: ['vcpu_quota', 'llong'],
  emulatorPeriodUs: ['emulator_period', 'ullong'],
  emulatorQuotaUs: ['emulator_quota', 'llong'],
  globalPeriodUs: ['global_period', 'ullong'],
  globalQuotaUs: ['global_quota', 'llong'],
  iothreadPeriodUs: ['iothread_period', 'ullong'],
  iothreadQuotaUs: ['iothread_quota', 'llong'],
}
