import type { DrainState } from '@landfall/core'
import { formatDuration } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { Scroller } from '../parts/scroller.tsx'
import type { Bar, Span } from './bars.ts'
import { barsOf, placeOn } from './bars.ts'
import { stageWords } from './drain-words.ts'

/** Guests as bars on one axis of time, by the host that they go to: predicted under actual. */
export function DrainTimeline({ state, now }: { state: DrainState; now: number }) {
  const { bars, axis } = barsOf(state, now)
  const hosts = [...new Set(bars.map(({ guest }) => guest.to))].toSorted()
  return (
    <>
      {hosts.map((host) => (
        <section key={host} aria-label={`To ${host}`}>
          <h2>→ {host}</h2>
          <Scroller label={`Guests that go to ${host}`}>
            <table className="timeline">
              <thead>
                <tr>
                  <th scope="col">guest</th>
                  <th scope="col">where it is</th>
                  <th scope="col" className="axis">
                    0 to {formatDuration(axis.to - axis.from)}
                  </th>
                </tr>
              </thead>
              <tbody>
                {bars
                  .filter(({ guest }) => guest.to === host)
                  .map((bar) => (
                    <Row key={bar.guest.uuid} bar={bar} axis={axis} />
                  ))}
              </tbody>
            </table>
          </Scroller>
        </section>
      ))}
      <p className="dim">
        <span className="drain-key predicted" /> predicted <span className="drain-key actual" /> as it is
      </p>
    </>
  )
}

function Row({ bar: { guest, predicted, actual }, axis }: { bar: Bar; axis: Span }) {
  const { stage } = guest
  const migration =
    stage.kind === 'moving' || stage.kind === 'preparing' ? stage.migration : guest.attempts.at(-1)?.migration
  return (
    <tr className="reachable">
      <th scope="row">
        {migration === undefined ? (
          guest.guest
        ) : (
          <Link to="/migrations/$id" params={{ id: migration }} data-row>
            {guest.guest}
          </Link>
        )}
      </th>
      <td className={stage.kind === 'left' ? 'warn' : ''}>{stageWords(guest)}</td>
      <td className="axis">
        <span className="track">
          {predicted !== null && <Piece kind="predicted" span={predicted} axis={axis} />}
          {actual !== null && <Piece kind="actual" span={actual} axis={axis} />}
        </span>
      </td>
    </tr>
  )
}

function Piece({ kind, span, axis }: { kind: 'predicted' | 'actual'; span: Span; axis: Span }) {
  const { left, width } = placeOn(axis, span)
  const words = `${kind === 'predicted' ? 'predicted' : 'was'} from ${formatDuration(Math.max(0, span.from - axis.from))} to ${formatDuration(Math.max(0, span.to - axis.from))}`
  return (
    <span className={`piece ${kind}`} style={{ left: `${left}%`, width: `${width}%` }} title={words}>
      <span className="unseen">{words}</span>
    </span>
  )
}
