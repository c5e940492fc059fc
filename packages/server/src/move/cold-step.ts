import type { HostView } from '../migration/reconcile.ts'

/** What has to be done next to move a guest cold, from what both hosts say and nothing else. */
export type ColdStep =
  | 'shut-down'
  | 'wait'
  | 'define-on-destination'
  | 'start-on-destination'
  | 'undefine-on-source'
  | 'done'
  | 'unclear'

/**
 *   running ─shut-down─▶ shut off ─define─▶ defined twice ─start─▶ runs on the destination ─undefine─▶ done
 *
 * Each step is found from the facts, so that a cold migration can be taken up again wherever it was left. The guest is
 * never started while the source could still run it: only a source that answers `shutoff` lets it start.
 */
export function coldStep(source: HostView, destination: HostView, shutdownAsked: boolean): ColdStep {
  if (source.kind === 'unreachable' || destination.kind === 'unreachable') return 'wait'
  const there = destination.kind === 'absent' ? 'absent' : destination.state
  if (source.kind === 'absent') return there === 'running' ? 'done' : 'unclear'
  switch (source.state) {
    case 'running':
      if (there === 'running') return 'unclear'
      return shutdownAsked ? 'wait' : 'shut-down'
    case 'shutdown':
      return 'wait'
    case 'shutoff':
      if (there === 'absent') return 'define-on-destination'
      if (there === 'shutoff') return 'start-on-destination'
      return there === 'running' ? 'undefine-on-source' : 'unclear'
    default:
      return 'unclear'
  }
}
