import type { Release } from '../options/release.ts'
import type { OptionValue } from '../oslo/option-spec.ts'
import { completionTimeoutS, dataGiB, downtimeSchedule, guestOf, spanInWords, timeoutInWords } from './schedule.ts'

export interface EffectContext {
  readonly release: Release
  readonly guestGiB: number
  /** Value of another option as the service reads it, by `group.name`; undefined where there is none. */
  readonly valueOf: (option: string) => OptionValue | undefined
}

type Effect = (context: EffectContext, value: OptionValue) => string

const libvirt = (name: string): string => `libvirt.live_migration_${name}`
const number = ({ valueOf }: EffectContext, name: string, otherwise: number): number => {
  const value = valueOf(libvirt(name))
  return typeof value === 'number' ? value : otherwise
}
const flag = ({ valueOf }: EffectContext, name: string): boolean => valueOf(libvirt(name)) === true

/** What Nova does to a guest of that size with an option as it is, in plain numbers. "" where it says nothing about guests. */
export function effectOf(option: string, value: OptionValue, context: EffectContext): string {
  return effects[option]?.(context, value) ?? ''
}

const schedule: Effect = (context) => {
  const { release, guestGiB } = context
  // Before 16 Nova took what it was given and kept to these by itself.
  const settings = {
    downtimeMs: Math.max(100, number(context, 'downtime', 500)),
    steps: Math.max(3, number(context, 'downtime_steps', 10)),
    delayS: Math.max(release < 16 ? 10 : 3, number(context, 'downtime_delay', 75)),
  }
  const steps = downtimeSchedule(settings, dataGiB(guestGiB * 1024, []), release)
  const first = steps[0]?.downtimeMs ?? settings.downtimeMs
  const after = steps.at(-1)?.afterS ?? 0
  return `${guestOf(guestGiB)} may pause ${first} ms at first, and ${settings.downtimeMs} ms only after ${spanInWords(after)}`
}

const timeout: Effect = (context) => {
  const forced = context.valueOf(libvirt('timeout_action')) === 'force_complete'
  const perGiB = number(context, 'completion_timeout', 0)
  const said = timeoutInWords(context.guestGiB, perGiB, forced ? 'force_complete' : 'abort')
  if (!forced || completionTimeoutS(perGiB, dataGiB(context.guestGiB * 1024, [])) === null) return said
  return `${said}: ${flag(context, 'permit_post_copy') ? 'by post-copy' : 'it stands still until the rest is copied'}`
}

const effects: Readonly<Record<string, Effect>> = {
  [libvirt('downtime')]: schedule,
  [libvirt('downtime_steps')]: schedule,
  [libvirt('downtime_delay')]: schedule,
  [libvirt('completion_timeout')]: timeout,
  [libvirt('timeout_action')]: timeout,
  [libvirt('progress_timeout')]: ({ guestGiB }, value) =>
    typeof value === 'number' && value > 0
      ? `${guestOf(guestGiB)} is aborted after ${spanInWords(value)} without a new low of the bytes left, which a healthy pass over it takes too`
      : 'nothing: it is off',
  [libvirt('flag')]: () => 'tells libvirt how to migrate: VIR_MIGRATE_AUTO_CONVERGE among the flags slows the guest',
  'libvirt.block_migration_flag': () => 'the same where disks are copied',
  [libvirt('permit_post_copy')]: ({ release }, value) =>
    value === true
      ? `${release >= 19 ? 'only when it is forced to complete, by hand or by the timeout,' : 'when a pass gains less than a tenth,'} a guest goes on at the destination and fetches what it lacks; until the end it needs both hosts`
      : 'a guest that writes faster than the link never gets there this way',
  [libvirt('permit_auto_converge')]: (context, value) => {
    if (value !== true) return 'a guest that writes faster than the link is copied until the timeout'
    return flag(context, 'permit_post_copy')
      ? 'not used where post-copy is available, which is permitted too'
      : 'QEMU takes 20 % of the CPU time of a guest that does not get there, then 10 % more after every two passes that gain too little, 99 % at most'
  },
  [libvirt('bandwidth')]: ({ guestGiB }, value) =>
    typeof value === 'number' && value > 0
      ? `at ${value} MiB/s one pass over ${guestGiB} GiB takes ${spanInWords((guestGiB * 1024) / value)}; a guest that writes more never gets there`
      : 'no limit but that of the link',
  [libvirt('parallel_connections')]: (context, value) => {
    if (typeof value !== 'number' || value <= 1) return 'one stream, which one CPU core fills'
    const beside = flag(context, 'permit_post_copy')
      ? '; with post-copy only from QEMU 10.1 on, else the guest ends up shut off'
      : ''
    return `${value} streams, each with a CPU core at the source${beside}`
  },
  [libvirt('tunnelled')]: (_context, value) =>
    value === true
      ? 'the stream goes through both libvirtds; no disks can be copied'
      : 'the stream goes from QEMU to QEMU',
  [libvirt('with_native_tls')]: (_context, value) =>
    value === true ? 'encrypted by QEMU, which costs CPU time on both hosts' : 'memory crosses the network as it is',
  [libvirt('inbound_addr')]: (_context, value) =>
    value === null
      ? "guests come in by the host's name, over whatever network that is"
      : `guests come in at ${String(value)}`,
  [libvirt('scheme')]: (_context, value) => `the destination's libvirtd is reached by ${String(value ?? 'tcp')}`,
  [libvirt('uri')]: (_context, value) =>
    value === null ? 'made of scheme and inbound address' : `the destination's libvirtd is reached at ${String(value)}`,
  'DEFAULT.max_concurrent_live_migrations': (_context, value) => {
    if (typeof value !== 'number' || value < 1)
      return 'any number of guests leave this host at a time and share its link'
    return value === 1
      ? 'one guest leaves this host at a time, the next waits as "queued" however long that takes'
      : `${value} guests leave this host at a time and share its link, the next waits as "queued"`
  },
  'DEFAULT.live_migration_retry_count': (_context, value) =>
    `the destination waits for up to ${String(value ?? 30)} s for the guest's network plugs`,
  'compute.live_migration_wait_for_vif_plug': (_context, value) =>
    value === true
      ? 'copying begins once the network at the destination is there'
      : 'copying does not wait for the network',
}
