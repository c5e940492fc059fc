import type { Milliseconds } from '../units.ts'

/** A migration call has ended, or the job of one that was found: what is known then. */
export interface EndedCall {
  /** Where the guest is, as both hosts say. */
  readonly where: 'migrating' | 'landed' | 'stayed' | 'post-copy-broken' | 'gone' | 'unclear'
  /** The source says that post-copy broke; the destination is silent. */
  readonly postCopyBroke: boolean
  /** `none`: nobody here made the call; `lost`: its answer never came; `answered`: libvirt said how it ended. */
  readonly call: 'none' | 'lost' | 'answered'
  /** Whether anything may be done here, or only watched. */
  readonly steers: boolean
  /** How often a broken stream was resumed already. */
  readonly resumed: number
  /** How often it may be; {@link mostResumes} when absent. */
  readonly mostResumes?: number | undefined
}

export type AfterCall =
  /** Wait this long, then make the same call with the resume flag, if the hosts can. */
  | { readonly step: 'resume'; readonly afterMs: Milliseconds }
  /** The hosts go on by themselves, or one is silent: watch it as one that was found running. */
  | { readonly step: 'watch' }
  | { readonly step: 'end' }

const firstWaitsMs: readonly Milliseconds[] = [1000, 2000, 4000, 8000, 16_000]
/** After those, since the guest stands still until the link is back: ten minutes in all. */
const laterWaitMs: Milliseconds = 30_000
const laterResumes = 20

/** How often a broken post-copy is resumed before a person is asked. */
export const mostResumes = firstWaitsMs.length + laterResumes

/**
 * What to do once a migration call has ended. Pure.
 *
 *   post-copy broken, we steer   → resume after 1, 2, 4, 8, 16 s, then every 30 s for ten minutes
 *   still migrating              → watch: the hosts go on without the call
 *   unclear, the answer was lost → watch: a silent host is waited for where its answer may still end it well
 *   else                         → end
 */
export function afterCall(ended: EndedCall): AfterCall {
  const { where, call, steers, resumed } = ended
  if (where === 'post-copy-broken' && steers && resumed < (ended.mostResumes ?? mostResumes)) {
    return { step: 'resume', afterMs: firstWaitsMs[resumed] ?? laterWaitMs }
  }
  const mayClearUp = where === 'unclear' && (ended.postCopyBroke || call === 'lost')
  return where === 'migrating' || (call !== 'none' && mayClearUp) ? { step: 'watch' } : { step: 'end' }
}
