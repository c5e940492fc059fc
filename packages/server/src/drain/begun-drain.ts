import type { DrainRequest } from '@landfall/api'
import type { DrainPlan, DrainState } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { StoredDrain } from '../store/stored-drain.ts'
import { hostsNeededBy } from './fleet/closed-hosts.ts'

const mostAttempts = 3

/** @throws LandfallError `drain-refused` */
export function assertGoes({ verdict, reason, cannot, host, kind }: DrainPlan, { partly }: DrainRequest): void {
  if (verdict === 'go' || (verdict === 'partly' && partly)) return
  const [first] = cannot
  const help = cannot.flatMap(({ guest, help: each }) => each.map((text) => `${guest}: ${text}`)).slice(0, 3)
  const whoCan =
    kind === 'drain'
      ? 'or begin with those that can go: --partly'
      : 'or open it again with those that can come: --partly'
  throw serverError(
    'drain-refused',
    `${host} is not ${kind === 'drain' ? 'drained' : 'filled again'}: ${reason}${first === undefined ? '' : `. ${first.guest}: ${first.why}`}`,
    [...help, ...(verdict === 'partly' ? [whoCan] : [])].join('; '),
  )
}

/** Whoever does not know its hosts would see none of its guests, and give them up. */
export const outOfReach = (drain: Pick<StoredDrain, 'id' | 'host' | 'state'>): Error =>
  serverError(
    'unknown-host',
    `nobody drives ${drain.id}, and it cannot be driven from here: not all of its hosts are in use (${[...new Set(hostsNeededBy(drain))].join(', ')})`,
    `Name them in the hosts file or with --host, and resume it again; or end it: landfall drain stop ${drain.host}`,
  )

/** As it stands before anything of it was begun. */
export function stateOf(id: string, plan: DrainPlan, request: DrainRequest, beganAt: number): DrainState {
  return {
    id,
    kind: plan.kind,
    host: plan.host,
    beganAt,
    mode: 'running',
    limits: request.limits,
    window: request.window,
    fallback: request.fallback,
    mostAttempts,
    guests: plan.moves.map(
      ({
        uuid,
        guest,
        commandName,
        memoryBytes,
        vcpus,
        needs,
        lostWorkSeconds,
        from,
        to,
        beforeMs,
        copyMs,
        afterMs,
        alone,
        priority,
      }) => ({
        uuid,
        lostWorkSeconds,
        guest,
        commandName,
        memoryBytes,
        vcpus,
        needs,
        from,
        to,
        beforeMs,
        copyMs,
        afterMs,
        alone,
        priority,
        stage: { kind: 'waiting', notBefore: beganAt },
        attempts: [],
        blockedSince: null,
      }),
    ),
    leftOut: plan.cannot.map(({ guest, why, uuid, at }) => ({ guest, why, uuid, ...(at === undefined ? {} : { at }) })),
    predictedTotalMs: plan.totalMs,
    waitingFor: 'a first look at the hosts',
    end: null,
  }
}
