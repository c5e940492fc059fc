import type { Drain } from '@landfall/api'
import type { DrainedGuest, DrainPlan, DrainState } from '@landfall/core'
import { durationRange, formatDuration } from '@landfall/core'

const outcomes = { done: 'done', 'guests-left': 'ended, with guests left', stopped: 'stopped' } as const
const modes = { running: 'under way', paused: 'paused', stopping: 'being stopped' } as const

export const drainWords = ({ state: { mode, end } }: Drain): string =>
  end === null ? modes[mode] : outcomes[end.outcome]

type Named = Pick<DrainState, 'host' | 'kind'>

/** What is paused, resumed or stopped. */
export const drainName = ({ host, kind }: Named): string =>
  kind === 'drain' ? `the drain of ${host}` : `the way back to ${host}`

/** What becomes of its guests where it is stopped: those of a way back are on other hosts. */
export const stopWords = ({ host, kind }: Named): string =>
  `It ends: no further guest is started, what is on its way lands, and the others stay ${kind === 'drain' ? `on ${host}` : 'where they are'}.`

/** What speaks against its start; null where nothing does. That no guest moves does not: its host is to take guests again, or none. */
export const whyNotStarted = ({ verdict }: Pick<DrainPlan, 'verdict'>): string | null =>
  verdict === 'refuse' ? 'it is refused as things are' : null

interface StartedPlan extends Pick<DrainPlan, 'kind' | 'host' | 'totalMs'> {
  /** Only how many they are is told. */
  readonly moves: readonly unknown[]
  readonly cannot: readonly unknown[]
}

/** What comes of a plan that is begun. One in which no guest moves closes its host all the same, or opens it. */
export function startWords({ kind, host, moves, cannot, totalMs }: StartedPlan): string {
  const go =
    moves.length === 0
      ? 'No guest moves'
      : `${moves.length} ${moves.length === 1 ? 'guest moves' : 'guests move'}${totalMs === null ? '' : `, which takes ${durationRange(totalMs)}`}`
  const [stay, where] = cannot.length === 1 ? ['1 stays', 'where it is'] : [`${cannot.length} stay`, 'where they are']
  const rest = kind === 'drain' ? `${stay}: ${host} will not be empty` : `${stay} ${where}`
  const becomes = kind === 'drain' ? 'gets no other guest until its way back' : 'takes guests again from then on'
  return `${go}${cannot.length === 0 ? '' : `; ${rest}`}. ${host} ${becomes}. It can be paused and stopped.`
}

/** How long a drain takes from now on, by when it was predicted to end. */
export function toGoWords({ progress: { endsAt }, state: { end } }: Drain, now: number): string {
  if (end !== null) return 'nothing'
  if (endsAt === null) return 'not known'
  if (endsAt.high <= now) return `${formatDuration(now - endsAt.high)} over its range`
  const left = (at: number): number => at - now
  if (endsAt.low <= now) return `at most ${formatDuration(endsAt.high - now)}`
  return durationRange({ low: left(endsAt.low), likely: left(endsAt.likely), high: left(endsAt.high) })
}

/** Where a guest of a drain is. */
export function stageWords({ stage, blockedSince }: DrainedGuest): string {
  switch (stage.kind) {
    case 'waiting':
      return blockedSince === null ? 'waits' : 'cannot go yet'
    case 'preparing':
      return 'is being prepared'
    case 'moving':
      return stage.cold ? 'is moved cold' : 'moves'
    case 'moved':
      return `moved in ${formatDuration(stage.at - stage.startedAt)}`
    case 'gone':
      return stage.why
    case 'left':
      return `stays: ${stage.why}`
  }
}
