/**
 * How other managers steer, as pure rules over what libvirt tells: for side-by-side runs through the same launch code.
 * Each names its source; what they do besides steering (checks, networks, retries) is not here.
 */

import type { MigrateParams } from '@landfall/libvirt'
import { MigrateFlag } from '@landfall/libvirt'
import { completionTimeoutS, downtimeAfter, downtimeSchedule, newestRelease } from '@landfall/nova'

/** What a rule sees at each of its looks. */
export interface Look {
  readonly elapsedMs: number
  /** libvirt's memory_iteration. */
  readonly pass: number
  readonly remainingBytes: number
}

export type RuleAct =
  | { readonly kind: 'set-downtime-limit'; readonly downtimeMs: number }
  | { readonly kind: 'start-post-copy' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'abort' }

export interface Rule<State = unknown> {
  readonly lookEveryMs: number
  readonly flags: readonly ('auto-converge' | 'post-copy')[]
  /** Compresses with it. The cache for a guest of that memory; null for QEMU's default, 64 MiB. */
  readonly xbzrle?: { readonly cacheBytes: (memoryBytes: number) => number | null }
  readonly start: State
  /** Set when the migration is launched. */
  readonly launchLimitMs: number | null
  readonly step: (state: State, look: Look) => { readonly state: State; readonly acts: readonly RuleAct[] }
}

/** The launch's flags and parameters that are the rule's own. */
export function launchOf({ flags, xbzrle }: Pick<Rule, 'flags' | 'xbzrle'>, memoryBytes: number): LaunchCall {
  const cacheBytes = xbzrle?.cacheBytes(memoryBytes) ?? null
  return {
    flags:
      (flags.includes('auto-converge') ? MigrateFlag.AUTO_CONVERGE : 0) |
      (flags.includes('post-copy') ? MigrateFlag.POSTCOPY : 0) |
      (xbzrle === undefined ? 0 : MigrateFlag.COMPRESSED),
    params: {
      ...(xbzrle === undefined ? {} : { compression: ['xbzrle'] }),
      ...(cacheBytes === null ? {} : { compressionXbzrleCacheBytes: cacheBytes }),
    },
  }
}

interface LaunchCall {
  readonly flags: number
  readonly params: MigrateParams
}

interface Proxmox {
  readonly lastRemaining: number
  readonly grew: number
  readonly limitMs: number
}

/** Rounded up to a power of two (round_powerof2). */
const tenthOfMemory = (memoryBytes: number): number => 2 ** Math.ceil(Math.log2(memoryBytes / 10))

/**
 * Proxmox VE (qemu-server e6352be6, QemuMigrate.pm): 100 ms; looks each second; at every look where `remaining` grew a
 * counter goes up that never resets; above 5 the limit doubles, up to 2,000 s. Auto-converge and xbzrle on.
 */
export const proxmox: Rule<Proxmox> = {
  lookEveryMs: 1000,
  flags: ['auto-converge'],
  xbzrle: { cacheBytes: tenthOfMemory },
  launchLimitMs: 100,
  start: { lastRemaining: 0, grew: 0, limitMs: 100 },
  step: (state, { remainingBytes }) => {
    const grew = state.lastRemaining > 0 && remainingBytes > state.lastRemaining ? state.grew + 1 : state.grew
    if (grew <= 5) return { state: { ...state, lastRemaining: remainingBytes, grew }, acts: [] }
    const limitMs = Math.min(2_000_000, state.limitMs * 2)
    const acts: readonly RuleAct[] = [{ kind: 'set-downtime-limit', downtimeMs: limitMs }]
    return { state: { lastRemaining: remainingBytes, grew: 0, limitMs }, acts }
  },
}

interface Ovirt {
  readonly pass: number
  readonly next: number
}

type OvirtStep = readonly [afterPasses: number, act: RuleAct]

const limit = (downtimeMs: number): RuleAct => ({ kind: 'set-downtime-limit', downtimeMs })

/** oVirt (vdsm fd4b0df20, migration.py): looks each 10 s; one step of its policy's schedule per new iteration seen. */
const ovirt = (schedule: readonly OvirtStep[], flags: Rule['flags'], xbzrle?: Rule['xbzrle']): Rule<Ovirt> => ({
  lookEveryMs: 10_000,
  flags,
  ...(xbzrle === undefined ? {} : { xbzrle }),
  launchLimitMs: 100,
  start: { pass: 0, next: 0 },
  step: (state, { pass }) => {
    if (pass <= state.pass) return { state, acts: [] }
    const [after, act] = schedule[state.next] ?? []
    if (after === undefined || act === undefined || after >= pass) return { state: { ...state, pass }, acts: [] }
    return { state: { pass, next: state.next + 1 }, acts: [act] }
  },
})

const ovirtLimits: readonly OvirtStep[] = [
  [1, limit(150)],
  [2, limit(200)],
  [3, limit(300)],
  [4, limit(400)],
  [6, limit(500)],
]

export const ovirtMinimalDowntime = ovirt([...ovirtLimits, [-1, { kind: 'abort' }]], ['auto-converge'])
/** The one policy that compresses: libvirt's compressed flag without a method is xbzrle. */
export const ovirtSuspendWorkload = ovirt(
  [...ovirtLimits, [-1, limit(5000)], [-1, { kind: 'abort' }]],
  ['auto-converge'],
  { cacheBytes: () => null },
)
export const ovirtPostCopy = ovirt(
  [...ovirtLimits.slice(0, 2), [-1, { kind: 'start-post-copy' }], [-1, { kind: 'abort' }]],
  ['auto-converge', 'post-copy'],
)

interface Nova {
  readonly limitMs: number
  readonly acted: boolean
}

interface NovaSettings {
  readonly flags: Rule['flags']
  readonly timeoutAction: 'abort' | 'force_complete'
  /** Guest memory in GiB, at least 2 as Nova counts it. */
  readonly dataGiB: number
  /** live_migration_completion_timeout, s per GiB. */
  readonly completionTimeoutS: number
}

/** Nova (00a0304, virt/libvirt/migration.py): 50 to 500 ms in 10 steps of 75 s per GiB, then the timeout's action. */
export const nova = ({ flags, timeoutAction, dataGiB, completionTimeoutS: perGiB }: NovaSettings): Rule<Nova> => ({
  lookEveryMs: 500,
  flags,
  launchLimitMs: null,
  start: { limitMs: 0, acted: false },
  step: (state, { elapsedMs }) => {
    const schedule = downtimeSchedule({ downtimeMs: 500, steps: 10, delayS: 75 }, dataGiB, newestRelease)
    if (!state.acted && elapsedMs > (completionTimeoutS(perGiB, dataGiB) ?? Infinity) * 1000) {
      const force: RuleAct = flags.includes('post-copy') ? { kind: 'start-post-copy' } : { kind: 'suspend' }
      const act: RuleAct = timeoutAction === 'abort' ? { kind: 'abort' } : force
      return { state: { ...state, acted: true }, acts: [act] }
    }
    const limitMs = downtimeAfter(schedule, elapsedMs / 1000) ?? state.limitMs
    if (limitMs === state.limitMs) return { state, acts: [] }
    return { state: { ...state, limitMs }, acts: [limit(limitMs)] }
  },
})

/**
 * KubeVirt without its stall detector (d923fdb815): looks each 400 ms, aborts after 150 s per GiB of memory. Its other rule,
 * 150 s without progress, compares with the look before and never fires for a guest that writes by fits and starts.
 */
export const kubevirtPlain = ({ memoryGiB }: { readonly memoryGiB: number }): Rule<null> => ({
  lookEveryMs: 400,
  flags: [],
  launchLimitMs: null,
  start: null,
  step: (state, { elapsedMs }) => ({
    state,
    acts: elapsedMs > 150_000 * memoryGiB ? [{ kind: 'abort' }] : [],
  }),
})

interface KubeVirt {
  readonly pass: number
  readonly left: readonly { readonly atMs: number; readonly bytes: number }[]
  readonly best: number
  readonly acted: boolean
}

/**
 * KubeVirt's stall detector (VEP 248, kubevirt d923fdb815, alpha): `remaining` at iteration boundaries only; stalled
 * when the last 40 s gained less than 4 %; then acts at a local minimum, here with post-copy allowed.
 */
export const kubevirtStall: Rule<KubeVirt> = {
  lookEveryMs: 400,
  flags: ['post-copy'],
  launchLimitMs: null,
  start: { pass: 0, left: [], best: Infinity, acted: false },
  step: (state, { elapsedMs, pass, remainingBytes }) => {
    if (pass <= state.pass) return { state, acts: [] }
    const older = state.left.filter(({ atMs }) => atMs < elapsedMs - 40_000)
    const left = [...state.left, { atMs: elapsedMs, bytes: remainingBytes }]
    const best = Math.min(state.best, pass > 1 ? remainingBytes : Infinity)
    const stalled = older.length > 0 && remainingBytes >= 0.96 * Math.min(...older.map(({ bytes }) => bytes))
    const act = stalled && !state.acted && remainingBytes <= best * 1.04
    const next = { pass, left, best, acted: state.acted || act }
    return { state: next, acts: act ? [{ kind: 'start-post-copy' }] : [] }
  },
}
