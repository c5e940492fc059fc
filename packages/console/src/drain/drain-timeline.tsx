import type { DrainedGuest, DrainState } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { barsOf } from './bars.ts'
import { stageWords } from './drain-words.ts'
import { Timeline } from './timeline.tsx'

/** A drain under way, or one that has ended: where each guest is, predicted under actual. */
export function DrainTimeline({ state, now }: { state: DrainState; now: number }) {
  const { bars, axis } = barsOf(state, now)
  return (
    <>
      <Timeline
        axis={axis}
        now={state.end === null ? now : null}
        says="where it is"
        rows={bars.map(({ guest, predicted, actual }) => ({
          key: guest.uuid,
          to: guest.to,
          name: <Name guest={guest} />,
          words: stageWords(guest),
          tone: guest.stage.kind === 'left' ? 'warn' : '',
          predicted,
          actual,
        }))}
      />
      <p className="dim">
        <span className="drain-key predicted" /> predicted <span className="drain-key actual" />{' '}
        {state.end === null ? 'as it is' : 'as it went'}
      </p>
    </>
  )
}

function Name({ guest: { guest, stage, attempts } }: { guest: DrainedGuest }) {
  const migration = ('migration' in stage ? stage.migration : undefined) ?? attempts.at(-1)?.migration
  if (migration === undefined) return guest
  return (
    <Link to="/migrations/$id" params={{ id: migration }} data-row>
      {guest}
    </Link>
  )
}
