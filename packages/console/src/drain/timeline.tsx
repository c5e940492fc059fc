import type { ReactNode } from 'react'
import { formatDuration } from '@landfall/core'
import { Scroller } from '../parts/scroller.tsx'
import type { Span } from './bars.ts'
import { placeOn, ticksOf } from './bars.ts'
import './drain.css'

export interface TimelineRow {
  readonly key: string
  /** The host that it goes to. */
  readonly to: string
  readonly name: ReactNode
  readonly words: ReactNode
  readonly tone: 'warn' | ''
  readonly predicted: Span | null
  readonly actual: Span | null
}

export interface TimelineProps {
  readonly axis: Span
  /** A moment that is marked; null for none. */
  readonly now: number | null
  readonly rows: readonly TimelineRow[]
  /** What the second column says. */
  readonly says: string
}

/** Guests as bars on one axis of time, by the host that they go to: predicted under actual. */
export function Timeline({ axis, now, rows, says }: TimelineProps) {
  const hosts = [...new Set(rows.map(({ to }) => to))].toSorted()
  return (
    <Scroller label="Guests over time">
      <table className="timeline">
        <thead>
          <tr>
            <th scope="col">guest</th>
            <th scope="col">{says}</th>
            <th scope="col" className="axis">
              <span className="unseen">since the start</span>
              <span className="ticks" aria-hidden="true">
                {ticksOf(axis).map((tick) => (
                  <span key={tick} style={inside(placeOn(axis, { from: axis.from + tick, to: axis.to }).left)}>
                    {tick === 0 ? '0' : formatDuration(tick)}
                  </span>
                ))}
              </span>
            </th>
          </tr>
        </thead>
        {hosts.map((host) => {
          const here = rows.filter(({ to }) => to === host)
          return (
            <tbody key={host}>
              <tr>
                <th scope="rowgroup" colSpan={3} className="group">
                  → {host} <span className="count">{here.length}</span>
                </th>
              </tr>
              {here.map((row) => (
                <Row key={row.key} row={row} axis={axis} now={now} />
              ))}
            </tbody>
          )
        })}
      </table>
    </Scroller>
  )
}

/** At its place, and never beyond an edge: at the left one it begins, at the right one it ends. */
const inside = (percent: number) => ({ left: `${percent}%`, transform: `translateX(-${percent}%)` })

const Row = ({ row, axis, now }: { row: TimelineRow } & Pick<TimelineProps, 'axis' | 'now'>) => (
  <tr className="reachable">
    <th scope="row">{row.name}</th>
    <td className={row.tone}>{row.words}</td>
    <td className="axis">
      <span className="track">
        {row.predicted !== null && <Piece kind="predicted" span={row.predicted} axis={axis} />}
        {row.actual !== null && <Piece kind="actual" span={row.actual} axis={axis} />}
        {now !== null && <span className="now" style={{ left: `${placeOn(axis, { from: now, to: now }).left}%` }} />}
      </span>
    </td>
  </tr>
)

function Piece({ kind, span, axis }: { kind: 'predicted' | 'actual'; span: Span; axis: Span }) {
  const { left, width } = placeOn(axis, span)
  const words = `${kind === 'predicted' ? 'predicted' : 'was'} from ${formatDuration(Math.max(0, span.from - axis.from))} to ${formatDuration(Math.max(0, span.to - axis.from))}`
  return (
    <span className={`piece ${kind}`} style={{ left: `${left}%`, width: `${width}%` }} title={words}>
      <span className="unseen">{words}</span>
    </span>
  )
}
