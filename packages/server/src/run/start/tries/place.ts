import type { HostView } from '@landfall/core'
import { whereabouts } from '../../../guests/whereabouts.ts'

/** Whether a guest is where another try may begin. */
export type Place =
  | { readonly kind: 'ready' }
  /** A host does not answer. */
  | { readonly kind: 'silent'; readonly why: string }
  /** The guest runs on its source; the destination holds what an earlier try left there. */
  | { readonly kind: 'occupied'; readonly why: string }
  /** It runs on its source, and somebody else migrates it. */
  | { readonly kind: 'taken'; readonly why: string }
  /** What became of it has to be found out as of a migration that was left. */
  | { readonly kind: 'elsewhere'; readonly why: string }

/**
 * What both hosts say now. Pure. A guest that stood still in a migration that failed is not moved again by itself: it had begun to
 * change hosts.
 */
export function placeOf(source: HostView, destination: HostView): Place {
  if (source.kind === 'unreachable') return { kind: 'silent', why: `the source does not answer: ${source.why}` }
  if (destination.kind === 'unreachable') {
    return { kind: 'silent', why: `the destination does not answer: ${destination.why}` }
  }
  const where = whereabouts(source, destination)
  if (where.kind === 'migrating') return { kind: 'taken', why: 'another migration of it goes on' }
  if (where.kind !== 'stayed') return { kind: 'elsewhere', why: 'why' in where ? where.why : inWords[where.kind] }
  if (source.kind === 'present' && source.reason === 'migration-canceled') {
    return { kind: 'elsewhere', why: 'it had begun to change hosts' }
  }
  const free = destination.kind === 'absent' || destination.state === 'shutoff'
  return free ? { kind: 'ready' } : { kind: 'occupied', why: 'the destination still holds what an earlier try left' }
}

const inWords = { landed: 'it runs on its destination', 'post-copy-broken': 'each host holds a part of it' } as const
