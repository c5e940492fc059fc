import type { DrainedGuest, FleetGuest } from '@landfall/core'
import { noNeeds } from '@landfall/core'
import type { StoredDrain } from '../../store/stored-drain.ts'

/** Hosts that take no guests since they are emptied, or were and have not been given back, with the reason. Pure. */
export function drainedHosts(drains: readonly StoredDrain[]): ReadonlyMap<string, string> {
  return new Map(
    drains
      .filter(({ state, releasedAt }) => state.kind === 'drain' && releasedAt === null)
      .map(({ host, endedAt }) => [
        host,
        endedAt === null ? 'it is being drained' : 'it was drained, and not undrained',
      ]),
  )
}

/** Moves of drains that have not ended, and are not over: their room is promised. */
export function promisedBy(
  drains: readonly StoredDrain[],
  except: string | null = null,
): readonly { readonly guest: FleetGuest; readonly to: string }[] {
  return drains
    .filter(({ id, endedAt }) => endedAt === null && id !== except)
    .flatMap(({ state }) =>
      state.guests.filter(isUnfinished).map((guest) => ({ guest: asFleetGuest(guest), to: guest.to })),
    )
}

export const isUnfinished = ({ stage }: DrainedGuest): boolean =>
  stage.kind === 'waiting' || stage.kind === 'preparing' || stage.kind === 'moving'

/** Those without which nobody can drive it: guests that only wait can go elsewhere. */
export const hostsNeededBy = ({ host, state }: Pick<StoredDrain, 'host' | 'state'>): readonly string[] => [
  host,
  ...state.guests.flatMap(({ from, to, stage }) =>
    stage.kind === 'preparing' || stage.kind === 'moving' ? [from, to] : [],
  ),
]

export const asFleetGuest = ({ uuid, guest, from, memoryBytes, vcpus, needs }: DrainedGuest): FleetGuest => ({
  uuid,
  name: guest,
  host: from,
  memoryBytes,
  vcpus,
  ...(needs ?? noNeeds),
})
