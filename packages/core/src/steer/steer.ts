import type { Schedule } from '../schedule.ts'
import type { Milliseconds } from '../units.ts'
import { abortAgain, beginAbort } from './decide/end/abort.ts'
import { apply } from './decide/apply.ts'
import { decide } from './decide/decide.ts'
import { steerDisks } from './decide/disk-copy.ts'
import type { Decision } from './decide/levers.ts'
import { untilRateChangesMs } from './decide/pause/drain-sockets.ts'
import { decideBySchedule, lookBySchedule } from './decide/schedule.ts'
import { lookAgainMs, shortestLookMs } from './observe/next-look.ts'
import { observe } from './observe/observe.ts'
import type { Sample } from './observe/sample.ts'
import type { Situation } from './observe/situation.ts'
import { situationOf } from './observe/situation.ts'
import type { Stage, SteerState, Steering } from './state.ts'
import { outlookOf } from './tell/outlook.ts'
import { progressOf } from './tell/progress.ts'

/**
 * One look at a running migration: what to do now, and what to tell. Pure; decides at the boundaries of real passes,
 * except where the deadline leaves no time for that.
 */
export function steer(state: SteerState, sample: Sample, now: Milliseconds): Steering {
  const seen = observe(state, sample, now)
  const { schedule } = state.intent
  const copiesDisks = sample.phase === 'copying-disks'
  if (copiesDisks && sample.disks !== undefined && seen.stage.name === 'copying' && schedule === undefined) {
    return steerDisks(seen, sample, sample.disks, now)
  }
  // A schedule runs while disks are copied, too; its abort is repeated until it takes effect, as its owner does.
  const copies = (sample.phase === 'active' && sample.pass >= 1) || (copiesDisks && schedule !== undefined)
  const aborting = seen.stage.name === 'aborting' && (schedule === undefined || seen.stage.abort !== undefined)
  if (!copies || seen.stage.name === 'ended' || aborting) return onlyWatch(seen, sample, now, state.last)
  const situation = situationOf(seen, sample, now)
  const { decision, decided } =
    schedule === undefined ? decideAndApply(seen, sample, situation, now) : followSchedule(schedule, seen, sample, now)
  const next = { ...decided, progress: progressOf(decided, sample, situation, state.last) }
  return {
    state: next,
    acts: decision.act ? [decision.act] : [],
    why: decision.why,
    outlook: outlookOf(next, sample, situation),
    lookAgainMs: nextLookMs(next, sample, situation, now, decision),
  }
}

/** Nothing is to be decided any more, or not yet; an abort is made again until it takes effect. */
function onlyWatch(state: SteerState, sample: Sample, now: Milliseconds, before: SteerState['last']): Steering {
  const situation = situationOf(state, sample, now)
  const again = abortAgain(state, sample, now)
  const next = {
    ...(again === null ? state : beginAbort(state, again, now)),
    progress: sample.phase === 'completed' ? 1 : progressIn(state, sample, situation, before),
  }
  return {
    state: next,
    acts: again === null ? [] : [again],
    why: again === null ? null : again.why,
    outlook: outlookOf(next, sample, situation),
    lookAgainMs: lookAgainMs(next, sample, situation, now),
  }
}

interface Decided {
  readonly decision: Decision
  readonly decided: SteerState
}

function decideAndApply(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Decided {
  const decision = decide(state, sample, situation, now)
  return { decision, decided: apply(state, decision, now) }
}

function followSchedule(schedule: Schedule, state: SteerState, sample: Sample, now: Milliseconds): Decided {
  const { decision, scheduled } = decideBySchedule(schedule, state, sample, now)
  const name: Stage =
    decision.act?.kind === 'abort'
      ? 'aborting'
      : decision.act?.kind === 'start-post-copy'
        ? 'post-copy-asked'
        : state.stage.name
  const staged = name === state.stage.name ? state.stage : { ...state.stage, name, since: now }
  return { decision, decided: { ...state, schedule: scheduled, stage: staged } }
}

function nextLookMs(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
  { act }: Decision,
): Milliseconds {
  if (act) return shortestLookMs
  const usual = lookAgainMs(state, sample, situation, now)
  if (state.intent.schedule !== undefined) return lookBySchedule(state.intent.schedule, state, usual, now)
  return Math.min(usual, Math.max(shortestLookMs / 2, untilRateChangesMs(state, sample, situation, now)))
}

function progressIn(state: SteerState, sample: Sample, situation: Situation, before: SteerState['last']): number {
  const moves = sample.phase === 'post-copy' || sample.phase === 'switchover'
  return moves ? progressOf(state, sample, situation, before) : state.progress
}
