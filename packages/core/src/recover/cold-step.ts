import type { HostView } from './host-view.ts'

/** What has to be done next to move a guest cold, from what both hosts say and nothing else. */
export type ColdStep =
  | 'shut-down'
  | 'wait'
  /** Mark the source's definition as moved, and let it no longer start with its host. */
  | 'guard-source'
  | 'define-on-destination'
  /** A revert: the definition that the destination kept becomes the guest's again. */
  | 'restore-on-destination'
  | 'start-on-destination'
  /** It runs there: what remains is to let go of the source. */
  | 'hand-over'
  | 'done'
  /** Somebody has started it on the source again after it was shut off: what was done to its definition is undone. */
  | 'stays'
  /** The destination cannot take it after all: start it on the source again. */
  | 'go-back'
  | 'unclear'

/** Those that change something on a host, for which it is not said otherwise that they are about to be taken. */
export const changingSteps: readonly ColdStep[] = [
  'shut-down',
  'guard-source',
  'define-on-destination',
  'restore-on-destination',
  'hand-over',
  'stays',
]

export interface ColdFacts {
  readonly source: HostView
  readonly destination: HostView
  /** The source's definition bears this migration's mark: the guest was shut off for it. */
  readonly marked: boolean
  /** The same, and it does not start with its host. */
  readonly guarded: boolean
  /** Why a source that says `shutoff` may not be all that there is of the guest; null where nothing says so. */
  readonly goesOnAs: 'moved-away' | 'saved' | 'saved-to-file' | null
  /** The destination's definition is one that a cold migration left there. */
  readonly destinationKept: boolean
  /** The guest goes back to a definition that was kept. */
  readonly reverts: boolean
  readonly shutdownAsked: boolean
}

/**
 *   running ─shut-down─▶ shut off ─guard─▶ guarded ─define─▶ defined twice ─start─▶ runs there ─hand-over─▶ done
 *                                            └──────── restore (a revert) ───┘
 *
 * Each step is found from the facts, so that a cold migration can be taken up again wherever it was left. The guest is
 * never started while the source could still run it: only a source that answers `shutoff`, and whose definition is
 * guarded, lets it start. Nor where that is off because it was moved away or saved: it runs elsewhere, or its memory is in a file and
 * its disks are not what they seem.
 */
export function coldStep(facts: ColdFacts): ColdStep {
  const { source, destination, marked, guarded, goesOnAs, destinationKept, reverts, shutdownAsked } = facts
  if (source.kind === 'unreachable' || destination.kind === 'unreachable') return 'wait'
  const there = destination.kind === 'absent' ? 'absent' : destination.state
  if (source.kind === 'absent') return there === 'running' ? 'done' : 'unclear'
  // Somebody else's definition, or one that is not the kept one that a revert needs: not a place to start from.
  const expectedThere = reverts ? there === 'shutoff' && destinationKept : there === 'absent'
  switch (source.state) {
    case 'running':
      if (marked && (there === 'absent' || there === 'shutoff')) return 'stays'
      if (!expectedThere) return 'unclear'
      return shutdownAsked ? 'wait' : 'shut-down'
    case 'shutdown':
      return 'wait'
    case 'shutoff':
      if (goesOnAs !== null && there !== 'running') return 'unclear'
      // A start that a driver asked for that is dead by now, or did not hear the answer of.
      if (there !== 'running' && runsOrStarts(destination)) return 'wait'
      if (there !== 'absent' && there !== 'shutoff' && there !== 'running') return 'unclear'
      if (!guarded) return 'guard-source'
      if (there === 'running') return 'hand-over'
      if (there === 'absent') return reverts ? 'go-back' : 'define-on-destination'
      if (!destinationKept) return 'start-on-destination'
      return reverts ? 'restore-on-destination' : 'go-back'
    default:
      return 'unclear'
  }
}

/** libvirt shows a guest that it is just starting as paused. */
export function runsOrStarts(view: HostView): boolean {
  if (view.kind !== 'present') return false
  return view.state === 'running' || (view.state === 'paused' && view.reason === 'starting-up')
}
