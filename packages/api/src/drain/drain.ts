import type {
  DrainFallback,
  DrainLimits,
  DrainPlan,
  DrainProgress,
  DrainState,
  RebalancePlan,
  TimeWindow,
} from '@landfall/core'
import type { WantedIntent } from '../request.ts'
import type { PlanUpdate } from '../update.ts'

/** What is asked for: plain data, so that it can be stored, sent, and planned again. */
export interface DrainRequest {
  readonly host: string
  /** `undrain` brings home what the host's newest drain moved away. */
  readonly kind: 'drain' | 'undrain'
  readonly wanted: WantedIntent
  /** Hosts that may get guests; every other one where it is null. */
  readonly to: readonly string[] | null
  /** Memory that is to stay free on each destination, beyond its own reserve. */
  readonly headroomBytes: number
  /** How many vCPUs a CPU may carry; null: any number. */
  readonly mostVcpusPerCpu: number | null
  readonly limits: DrainLimits
  readonly window: TimeWindow | null
  readonly fallback: DrainFallback
  /** Begin although some guests cannot go. */
  readonly partly: boolean
}

/** What is asked for where hosts are to be evenly full: a plan, and nothing else. */
export interface RebalanceRequest extends Pick<
  DrainRequest,
  'wanted' | 'headroomBytes' | 'mostVcpusPerCpu' | 'limits'
> {
  /** Hosts that take part; every one where it is null. */
  readonly hosts: readonly string[] | null
}

/**
 * How many at a time where nobody says: of those that leave a host two are copied, while one begins or ends. Three, since each holds one of
 * the calls that libvirtd answers on a connection: a fourth would only wait for one of them.
 */
export const usualDrainLimits: DrainLimits = { perSource: 3, perDestination: 2, fleet: 20 }

/** A drain, or the way back, as it stands. */
export interface Drain {
  readonly state: DrainState
  readonly progress: DrainProgress
  /** Whether some process drives it now; null where it has ended. */
  readonly driven: boolean | null
  /** Whether that is the process that says so. */
  readonly drivenHere: boolean
}

export type DrainChange =
  | { readonly kind: 'pause' }
  /** Goes on; taken over where whoever drove it is gone. */
  | { readonly kind: 'resume' }
  /** Starts nothing more; what is on its way lands. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'limits'; readonly limits: DrainLimits }

/** Where a guest would go, by the same rule as in a drain. */
export interface ChosenDestination {
  readonly guest: string
  readonly to: string
  readonly why: string
}

export interface DrainClient {
  /** Inventory, checks, measuring and forecasts of a whole host; starts nothing. */
  readonly plan: (request: DrainRequest, onUpdate: (update: PlanUpdate) => void) => Promise<DrainPlan>
  /** Plans, and begins where it goes. @throws LandfallError `drain-refused`, `already-draining` */
  readonly start: (request: DrainRequest, onUpdate: (update: PlanUpdate) => void) => Promise<Drain>
  /** Newest first: those that have not ended, and of each host the newest. */
  readonly list: () => Promise<readonly Drain[]>
  /** The newest of that host. @throws LandfallError `no-drain` */
  readonly of: (host: string) => Promise<Drain>
  /** @throws LandfallError `no-drain` where none of that host is under way */
  readonly change: (host: string, change: DrainChange) => Promise<Drain>
  /** A destination for one guest. @throws LandfallError `no-room` */
  readonly place: (guest: string) => Promise<ChosenDestination>
  /** Which guests would have to move so that hosts are evenly full; starts nothing. */
  readonly rebalance: (request: RebalanceRequest, onUpdate: (update: PlanUpdate) => void) => Promise<RebalancePlan>
}
