import type { Drain } from '@landfall/api'
import type { DrainedGuest, DrainState } from '@landfall/core'
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
