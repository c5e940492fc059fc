import type { Facts } from '../facts.ts'
import { switchoverCostMs } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import type { Sample } from '../steer/observe/sample.ts'
import type { Act } from '../steer/state.ts'
import { initialState } from '../steer/state.ts'
import { steer } from '../steer/steer.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import type { TimedAct } from './simulate.ts'

/** A migration as somebody else recorded it: what each pass left, without any lever. */
export interface RecordedPasses {
  readonly firstPassBytes: Bytes
  readonly linkBytesPerSecond: BytesPerSecond
  /** What pass 1, 2, … left behind. */
  readonly left: readonly Bytes[]
}

export interface Replayed {
  readonly outcome: 'completed' | 'aborted' | 'refused'
  readonly totalTimeMs: Milliseconds
  readonly downtimeMs: Milliseconds
  /** Decisions that are more than a limit made ready. */
  readonly acts: readonly TimedAct[]
  readonly passes: number
}

const lookMs: Milliseconds = 100
/** QEMU judges its limit by an estimate of the rate that was seen to overshoot by so much on a steady link. */
const overestimate = 1.1

/**
 * What steering would have done about those passes. It goes on as recorded until a lever ends it: a guest that is paused or runs on the
 * destination writes nothing more that has to be sent here. After the last recorded pass it ends, as it did.
 */
export function replay(intent: Intent, facts: Facts, recorded: RecordedPasses): Replayed {
  const planned = plan(intent, facts)
  const acts: TimedAct[] = []
  if (planned.strategy === null) return { outcome: 'refused', totalTimeMs: 0, downtimeMs: 0, acts, passes: 0 }
  let state = initialState(planned, intent, facts, 0)
  const { linkBytesPerSecond: link } = recorded
  const { prepareMs } = facts.overheads
  const costMs = switchoverCostMs(facts)
  let [now, sent, limitMs] = [prepareMs, 0, state.switchover.limitMs]
  const over = (outcome: Replayed['outcome'], leftBytes: Bytes, pass: number, postCopy: boolean): Replayed => {
    const restMs = outcome === 'completed' ? (leftBytes / link) * 1000 + costMs : 0
    return {
      outcome,
      totalTimeMs: now + restMs + facts.overheads.teardownMs,
      downtimeMs: outcome === 'aborted' ? 0 : postCopy ? costMs : restMs,
      acts,
      passes: pass,
    }
  }
  const look = (pass: number, remainingBytes: Bytes, passStarted: boolean): readonly Act[] => {
    const sample: Sample = {
      pass,
      passStarted,
      remainingBytes,
      bytesSent: sent,
      bandwidthBytesPerSecond: link,
      dirtyPagesPerSecond: null,
      pageSizeBytes: 4096,
      throttlePercent: 0,
      phase: 'active',
      elapsedMs: now,
      downtimeLimitMs: limitMs,
    }
    const steering = steer(state, sample, now)
    state = steering.state
    for (const act of steering.acts) {
      acts.push({ atMs: now, act })
      if (act.kind === 'set-downtime-limit') limitMs = act.downtimeMs
    }
    return steering.acts
  }
  let remaining = recorded.firstPassBytes
  for (let pass = 1; ; pass++) {
    let starts = true
    while (remaining > 0) {
      const kinds = look(pass, remaining, starts).map(({ kind }) => kind)
      if (kinds.includes('abort')) return over('aborted', 0, pass, false)
      if (kinds.includes('start-post-copy')) return over('completed', remaining, pass, true)
      if (starts && pass > 1 && remaining <= (link * overestimate * limitMs) / 1000)
        return over('completed', remaining, pass, false)
      starts = false
      now += lookMs
      sent += Math.min(remaining, (link * lookMs) / 1000)
      remaining = Math.max(0, remaining - (link * lookMs) / 1000)
    }
    const next = recorded.left[pass - 1]
    if (next === undefined) return over('completed', 0, pass, false)
    remaining = next
  }
}
