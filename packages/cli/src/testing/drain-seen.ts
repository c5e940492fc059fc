import type { Drain } from '@landfall/api'

/** A drain of host1, of no guests, that has ended as done or goes on. */
export const drainSeen = ({
  driven = true,
  drivenHere = false,
  hasEnded = false,
  kind = 'drain',
}: DrainSeen = {}): Drain => ({
  state: {
    id: 'd1',
    kind,
    host: 'host1',
    beganAt: 0,
    mode: 'running',
    limits: { perSource: 1, perDestination: 1, fleet: 1 },
    window: null,
    fallback: 'stay',
    mostAttempts: 3,
    guests: [],
    leftOut: [],
    predictedTotalMs: null,
    waitingFor: 'nothing',
    end: hasEnded ? { outcome: 'done', at: 1, next: '' } : null,
  },
  progress: { moved: 0, total: 0, left: 0, endsAt: null },
  driven,
  drivenHere,
})

interface DrainSeen {
  readonly driven?: boolean
  readonly drivenHere?: boolean
  readonly hasEnded?: boolean
  readonly kind?: Drain['state']['kind']
}
