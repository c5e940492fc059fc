import type { FleetHost, SilentHost } from './fleet.ts'
import { neededBytes } from './fleet.ts'
import type { Rebalance } from './destinations/choose-rebalance.ts'
import type { MovesPlan, MovesPlanInput } from './plan-moves.ts'
import { planMoves } from './plan-moves.ts'

/** How full a host is, 1 being all of its memory: now, and with the moves. */
export interface HostFill {
  readonly host: string
  readonly before: number
  readonly after: number
}

export interface RebalancePlan extends MovesPlan {
  readonly reason: string
  /** Of the hosts that take part; the fullest first. */
  readonly fills: readonly HostFill[]
  /** Hosts that did not answer, and so take no part. */
  readonly silent: readonly SilentHost[]
}

export interface RebalancePlanInput extends MovesPlanInput {
  readonly placements: Rebalance
}

/** Moves that would make hosts evenly full, with their times and costs, and how full that makes them. Pure. */
export function planRebalance(input: RebalancePlanInput): RebalancePlan {
  const planned = planMoves(input)
  const fills = fillsWith(planned.moves, input.placements.fills, input.hosts)
  const silent = input.hosts.flatMap(({ name, availability }): SilentHost[] =>
    availability.kind === 'silent' ? [{ host: name, why: availability.why }] : [],
  )
  return { reason: reasonFor(planned, fills, silent), fills, silent, ...planned }
}

export function fillsWith(
  moves: readonly { readonly from: string; readonly to: string; readonly memoryBytes: number }[],
  fills: Rebalance['fills'],
  hosts: readonly FleetHost[],
): readonly HostFill[] {
  const memory = new Map(hosts.map(({ name, memoryBytes }) => [name, memoryBytes]))
  return [...fills]
    .map(([host, before]): HostFill => {
      const change = moves.reduce(
        (sum, { from, to, memoryBytes }) =>
          sum + neededBytes(memoryBytes) * (Number(to === host) - Number(from === host)),
        0,
      )
      return { host, before, after: before + change / (memory.get(host) ?? Infinity) }
    })
    .toSorted((a, b) => b.before - a.before)
}

function reasonFor({ moves }: MovesPlan, fills: readonly HostFill[], silent: readonly SilentHost[]): string {
  if (fills.length < 2) return `fewer than two hosts ${silent.length === 0 ? '' : 'that answer '}can take part`
  const spread = (way: 'before' | 'after'): string => {
    const shares = fills.map((fill) => fill[way])
    return `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`
  }
  const now = `the hosts are ${spread('before')} full`
  if (moves.length === 0) return `${now}: there is no move that is worth it`
  return `${now}; with ${moves.length} ${moves.length === 1 ? 'move' : 'moves'} ${spread('after')}`
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
