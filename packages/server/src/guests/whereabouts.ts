import type { HostView } from '@landfall/core'

export type Whereabouts =
  /** The transfer is still under way. */
  | { readonly kind: 'migrating' }
  /** The guest runs on the destination and nowhere else. */
  | { readonly kind: 'landed' }
  /** The guest runs on the source and nowhere else. */
  | { readonly kind: 'stayed' }
  /** The stream broke in post-copy: each host holds a part of the guest's memory. It can be resumed. */
  | {
      readonly kind: 'post-copy-broken'
      /** The destination says that it has nothing of it any more: its newest memory is gone, and nothing can be resumed. */
      readonly destinationLost?: true
    }
  /** It runs nowhere any more: shut down, destroyed or crashed in the meantime. */
  | { readonly kind: 'gone'; readonly why: string }
  /** The facts do not add up, or cannot be had: a person has to look before anything else is done. */
  | {
      readonly kind: 'unclear'
      readonly why: string
      /** The source says that the stream broke in post-copy: whether it can be resumed, the silent destination has to say. */
      readonly postCopyBroke?: true
      /** The source says that it runs there, and that no migration of it goes on; the destination is silent. */
      readonly runsOnSource?: true
    }

/**
 * Where the guest is, from what both hosts say now. Pure; never guesses: what libvirt.md's failure table does not
 * cover is `unclear`, since a wrong answer could start a guest twice (libvirt 9.0-11.3, states of virDomainState).
 */
export function whereabouts(source: HostView, destination: HostView): Whereabouts {
  if (source.kind === 'unreachable') return unreachableSource(source.why, destination)
  if (destination.kind === 'unreachable') {
    const why = `the destination does not answer: ${destination.why}`
    if (partOf(source) === 'post-copy-broken') {
      const parts = 'since post-copy broke, each host holds a part of the guest: destroy neither'
      return { kind: 'unclear', why: `${why}; ${parts}`, postCopyBroke: true }
    }
    if (source.kind === 'present' && source.outgoingJob) return { kind: 'migrating' }
    return partOf(source) === 'running' ? { kind: 'unclear', why, runsOnSource: true } : { kind: 'unclear', why }
  }
  const here = partOf(source)
  const there = partOf(destination)
  if (here === 'post-copy-broken' && there === 'none') return { kind: 'post-copy-broken', destinationLost: true }
  if (here === 'post-copy-broken' || there === 'post-copy-broken') return { kind: 'post-copy-broken' }
  if (source.kind === 'present' && source.outgoingJob) return { kind: 'migrating' }
  if (here === 'running' && there === 'running') {
    return { kind: 'unclear', why: 'the guest is reported running on both hosts' }
  }
  if (there === 'running') {
    // libvirt says `migrated` once all its memory has come, and before the source lets go of it. Where that was lost meanwhile, the
    // destination notices a moment later that the stream broke, or never.
    if (here === 'none' && destination.kind === 'present' && destination.reason === 'postcopy') {
      return {
        kind: 'unclear',
        why: 'it runs on the destination in post-copy still, and its source has nothing of it any more',
      }
    }
    if (here === 'none') return { kind: 'landed' }
    return { kind: 'unclear', why: 'it runs on the destination while the source still holds it paused' }
  }
  if (here === 'running') return { kind: 'stayed' }
  if (here === 'paused') {
    return { kind: 'unclear', why: 'it stands still on the source and does not run on the destination' }
  }
  if (there === 'paused')
    return { kind: 'unclear', why: 'it stands still on the destination and is gone from the source' }
  return { kind: 'gone', why: 'it runs on neither host any more' }
}

/** It stands still on the source, no migration of it goes on, and the destination surely has nothing of it. */
export function standsOnSourceOnly(source: HostView, destination: HostView): boolean {
  if (source.kind !== 'present' || source.outgoingJob || destination.kind === 'unreachable') return false
  // A definition of its own may outlive the QEMU that was to take the guest in.
  if (destination.kind === 'present' && destination.state !== 'shutoff') return false
  return source.state === 'paused' && !source.reason.startsWith('postcopy')
}

function unreachableSource(why: string, destination: HostView): Whereabouts {
  const words = `the source does not answer: ${why}`
  if (destination.kind !== 'present' || destination.state !== 'running') return { kind: 'unclear', why: words }
  return { kind: 'unclear', why: `${words}; the destination reports the guest running (${destination.reason})` }
}

type Part = 'running' | 'paused' | 'none' | 'post-copy-broken'

function partOf(view: Exclude<HostView, { kind: 'unreachable' }>): Part {
  if (view.kind === 'absent') return 'none'
  if (view.reason === 'postcopy-failed') return 'post-copy-broken'
  switch (view.state) {
    case 'running':
    case 'blocked':
      return 'running'
    case 'paused':
    case 'pmsuspended':
      return 'paused'
    default:
      return 'none'
  }
}
