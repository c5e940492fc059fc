import type { Drain } from '@landfall/api'
import type { DrainedGuest } from '@landfall/core'
import { durationRange, formatDuration } from '@landfall/core'

const outcomes = { done: 'done', 'guests-left': 'ended, with guests left', stopped: 'stopped' } as const
const modes = { running: 'under way', paused: 'paused', stopping: 'being stopped' } as const

export const drainWords = ({ state: { mode, end } }: Drain): string =>
  end === null ? modes[mode] : outcomes[end.outcome]

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
