import type { TextPlan } from '../writing/plan-text.ts'
import { unifiedDiff } from '../writing/unified-diff.ts'
import type { HostState } from './host-state.ts'
import { sha256 } from './host-state.ts'

/** What is the matter with one host, before anything is done. */
export type HostPlan =
  | { readonly host: string; readonly what: 'done'; readonly state: HostState }
  /** Not what is to be taken back: what an earlier run changed stays. */
  | { readonly host: string; readonly what: 'kept'; readonly state: HostState; readonly why: string }
  /** Written already, by a run that was interrupted or by hand: only the service has to take it. */
  | { readonly host: string; readonly what: 'restart'; readonly state: HostState }
  | {
      readonly host: string
      readonly what: 'write'
      readonly state: HostState
      readonly after: Buffer | null
      readonly diff: readonly string[]
      readonly like: string | null
    }
  /** It cannot be done there: nothing is done anywhere until this is mended. */
  | { readonly host: string; readonly what: 'cannot'; readonly why: string; readonly state?: HostState }

/** What a host needs, by its state and what its file should be. Pure. */
export function planHost(host: string, state: HostState, wanted: TextPlan, like: string | null): HostPlan {
  if (wanted.what === 'cannot') return { host, what: 'cannot', why: wanted.why }
  if (state.service === null) return { host, what: 'cannot', why: 'no nova-compute is found there; --service names it' }
  const after = Buffer.from(wanted.after, 'utf8')
  if (!runs(state)) return { host, what: 'cannot', why: stopped }
  if (state.bytes !== null && after.equals(state.bytes)) {
    return state.pending ? { host, what: 'restart', state } : { host, what: 'done', state }
  }
  return { host, what: 'write', state, after, diff: wanted.diff, like }
}

/** The way back to what was there before: only where the file still is what was written. Pure. */
export function planRevert(host: string, state: HostState, backup: Buffer | null): HostPlan {
  const { applied, bytes } = state
  if (applied === null) return state.pending ? { host, what: 'restart', state } : { host, what: 'done', state }
  const now = bytes === null ? null : sha256(bytes)
  // The run that wrote it, or took it back, was killed between two steps: it is what was there before.
  if (now === applied.beforeSha256)
    return state.pending ? { host, what: 'restart', state } : { host, what: 'done', state }
  if (!runs(state)) return { host, what: 'cannot', why: stopped, state }
  if (now !== applied.afterSha256)
    return { host, what: 'cannot', why: `${state.path} was changed since: it is left as it is`, state }
  const kept = backup === null ? null : sha256(backup)
  if (kept !== applied.beforeSha256)
    return { host, what: 'cannot', why: `${applied.backup ?? 'the backup'} is not what was there before`, state }
  const diff = unifiedDiff(state.path, String(bytes ?? ''), String(backup ?? ''))
  return { host, what: 'write', state, after: backup, diff, like: null }
}

const stopped = 'its nova-compute does not run, and a restart would start it: start it, or leave the host out'

/** One that a run of ours has left half-way is ours to start. */
const runs = ({ active, pending, service }: HostState): boolean => active || pending || service === 'any'
