import type { MigrationReport } from '@landfall/api'
import type { Range } from '@landfall/core'
import type { Landfall } from '@landfall/server'
import { usualRequest } from '@landfall/server/parts'
import { setTimeout as delay } from 'node:timers/promises'
import type { Move } from './contenders.ts'
import { source } from './guests.ts'

export interface Foretold {
  readonly at: number
  readonly endsAt: Range | null
  readonly moved: number
}

export interface Drained {
  readonly askedAt: number
  readonly beganAt: number
  readonly endedAt: number
  readonly outcome: string
  readonly planMs: Range | null
  readonly etas: readonly Foretold[]
  /** What the source had put on its link since it was up. */
  readonly link: readonly { readonly at: number; readonly bytes: number }[]
  readonly moves: readonly DrainedMove[]
}

export interface DrainedMove extends Move {
  readonly predictedLostSeconds: Range | null
  readonly strategy: string
  /** As the plan had it: checks and libvirt's preparation, the copy with the link to itself, and the end. */
  readonly predicted: { readonly beforeMs: number; readonly copyMs: Range | null; readonly afterMs: number }
  /** By its samples, wall clock: the first byte, and the last look at it. */
  readonly copiedFrom: number | null
  readonly copiedUntil: number | null
  /** What its own report says; `lostWorkSeconds` is against the guest's usual speed, by its counters. */
  readonly told: Pick<
    MigrationReport,
    'lostWorkSeconds' | 'downtimeMs' | 'longestStallMs' | 'maxThrottlePercent' | 'passes' | 'bytesSent'
  >
}

const request = usualRequest(source, 'drain')

/** A drain as a service carries it, with what it foretold at every half second of it. */
export async function drain(landfall: Landfall, linkBytes: () => number): Promise<Drained> {
  const askedAt = Date.now()
  const begun = await landfall.drains.start(request, () => undefined)
  const etas: Foretold[] = []
  const link: Drained['link'][number][] = []
  let now = begun
  for (; now.state.end === null; now = await landfall.drains.of(begun.state.id)) {
    etas.push({ at: Date.now(), endsAt: now.progress.endsAt, moved: now.progress.moved })
    link.push({ at: Date.now(), bytes: linkBytes() })
    await delay(500)
  }
  const { state } = now
  const moves = await Promise.all(
    state.guests.map(async ({ guest, to, stage, attempts, lostWorkSeconds: foretold = null, ...planned }) => {
      const startedAt = stage.kind === 'moved' ? stage.startedAt : state.beganAt
      const endedAt = stage.kind === 'moved' ? stage.at : (state.end?.at ?? 0)
      const about = { guest, to, startedAt, endedAt, moved: stage.kind === 'moved' }
      const why = stage.kind === 'left' ? stage.why : attempts.map((attempt) => attempt.why).join('; ')
      const { report, samples } = await landfall.report(guest)
      const { beforeMs, copyMs, afterMs } = planned
      const copiedFrom = samples.find(({ bytesSent }) => bytesSent > 0)?.at ?? null
      const copiedUntil = samples.at(-1)?.at ?? null
      const times = { predicted: { beforeMs, copyMs, afterMs }, copiedFrom, copiedUntil }
      const { strategy, lostWorkSeconds, downtimeMs, longestStallMs, maxThrottlePercent, passes } = report
      const { bytesSent } = report
      const told = { lostWorkSeconds, downtimeMs, longestStallMs, maxThrottlePercent, passes, bytesSent }
      return { ...about, ...times, why, strategy: strategy ?? '', predictedLostSeconds: foretold, told }
    }),
  )
  return {
    askedAt,
    beganAt: state.beganAt,
    endedAt: state.end?.at ?? 0,
    outcome: state.end?.outcome ?? '',
    planMs: state.predictedTotalMs,
    etas,
    link,
    moves,
  }
}

/** How far the foretold end was from the real one, as a part of the whole drain; from its start, and at half of its time. */
export function etaErrors({ beganAt, endedAt, etas }: Drained): { readonly start: number; readonly half: number } {
  const wholeMs = endedAt - beganAt
  const error = (foretold: Foretold | undefined): number =>
    foretold?.endsAt == null ? NaN : Math.abs(foretold.endsAt.likely - endedAt) / wholeMs
  return { start: error(etas[0]), half: error(etas.find(({ at }) => at >= beganAt + wholeMs / 2)) }
}
