import type { Rule } from './run/rules.ts'
import {
  kubevirtPlain,
  kubevirtStall,
  nova,
  ovirtMinimalDowntime,
  ovirtPostCopy,
  ovirtSuspendWorkload,
  proxmox,
} from './run/rules.ts'
import type { Intent } from '@landfall/core'
import { defaultIntent } from '@landfall/core'
import { coreMachine } from './machine.ts'

/** One way of migrating a guest. */
export interface Contender {
  readonly name: string
  /** The scenario of QEMU's guestperf that it is nearest to, where there is one. */
  readonly like?: string
  readonly matrix: 'core' | 'wide'
  readonly way:
    | { readonly kind: 'landfall'; readonly intent: Intent }
    | { readonly kind: 'virsh'; readonly options: readonly string[] }
    | { readonly kind: 'rule'; readonly rule: Rule<never> }
}

/** Rules keep their own state's type; whoever runs one only hands it back. */
const byRule = <State>(name: string, rule: Rule<State>, matrix: Contender['matrix'] = 'wide'): Contender => ({
  name,
  matrix,
  way: { kind: 'rule', rule: rule as unknown as Rule<never> },
})
const byVirsh = (
  name: string,
  options: readonly string[],
  matrix: Contender['matrix'],
  like: string | null,
): Contender => ({
  name,
  ...(like === null ? {} : { like }),
  matrix,
  way: { kind: 'virsh', options },
})

/** Scaled to a bench of seconds: a guest of 2 GiB and more has 800 s per GiB by default. */
const novaData = { dataGiB: 2, completionTimeoutS: 10 } as const

export const landfallDefault = 'landfall'
export const landfallNoPostCopy = 'landfall, no post-copy'
/** `--time-worth`: a second of the migration in seconds of the guest's work. */
export const landfallPatient = { name: 'landfall, time worth 0.05', timeWorth: 0.05 }
export const landfallHurried = { name: 'landfall, time worth 2', timeWorth: 2 }

/**
 * The core's five peers are those that end a migration of a guest that writes faster than the link: a throttle, post-copy, a
 * pause at a time, and the two managers that give up their pause limit. The others abort, or never end.
 */
export const contenders: readonly Contender[] = [
  { name: landfallDefault, matrix: 'core', way: { kind: 'landfall', intent: defaultIntent } },
  {
    // A pause as long as the peers without post-copy take it (oVirt up to 5 s, Proxmox and virsh suspend without a limit).
    name: landfallNoPostCopy,
    matrix: 'core',
    way: { kind: 'landfall', intent: { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 } },
  },
  ...[landfallPatient, landfallHurried].map(({ name, timeWorth }): Contender => ({
    name,
    matrix: 'wide',
    way: { kind: 'landfall', intent: { ...defaultIntent, timeWorth } },
  })),
  byVirsh('virsh --auto-converge', ['--auto-converge'], 'core', 'auto-converge-step-10'),
  byVirsh('virsh --postcopy-after-precopy', ['--postcopy', '--postcopy-after-precopy'], 'core', 'post-copy-iters-1'),
  byVirsh('virsh --timeout 12 --timeout-suspend', ['--timeout', '12', '--timeout-suspend'], 'core', 'pause-iters-1'),
  byRule('Proxmox VE', proxmox, 'core'),
  byRule('oVirt Suspend workload', ovirtSuspendWorkload, 'core'),
  byVirsh('virsh', [], 'wide', null),
  byRule('oVirt Minimal downtime', ovirtMinimalDowntime),
  byRule('oVirt Post-copy', ovirtPostCopy),
  byRule('Nova, defaults', nova({ ...novaData, flags: [], timeoutAction: 'abort' })),
  byRule(
    'Nova, auto-converge',
    nova({ ...novaData, completionTimeoutS: 800, flags: ['auto-converge'], timeoutAction: 'abort' }),
  ),
  byRule(
    'Nova, post-copy and force_complete',
    nova({ ...novaData, flags: ['post-copy'], timeoutAction: 'force_complete' }),
  ),
  byRule('KubeVirt', kubevirtPlain({ memoryGiB: coreMachine.memoryMiB / 1024 })),
  byRule('KubeVirt, stall detection', kubevirtStall),
]
