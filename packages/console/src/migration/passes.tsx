import { formatBytes, formatDuration } from '@landfall/core'
import { useMemo } from 'react'
import type { Point } from './story.ts'
import { passStarts } from './story.ts'
import { Scroller } from '../parts/scroller.tsx'

/** What the curve says, in figures. */
export function Passes({ points, beganAt }: { points: readonly Point[]; beganAt: number | null }) {
  const starts = useMemo(() => passStarts(points), [points])
  if (starts.length === 0 || beganAt === null) return null
  return (
    <section aria-labelledby="passes">
      <h2 id="passes">Passes</h2>
      <Scroller label="List of passes">
        <table className="narrow">
          <thead>
            <tr>
              <th scope="col" className="figure">
                pass
              </th>
              <th scope="col" className="figure">
                begins after
              </th>
              <th scope="col" className="figure">
                had to send
              </th>
              <th scope="col" className="figure">
                throttle
              </th>
            </tr>
          </thead>
          <tbody>
            {starts.slice(0, 50).map(({ at, pass, remainingBytes, throttlePercent }) => (
              <tr key={`${pass} ${at}`}>
                <th scope="row" className="figure">
                  {pass}
                </th>
                <td className="figure">{formatDuration(Math.max(0, at - beganAt))}</td>
                <td className="figure">{formatBytes(remainingBytes)}</td>
                <td className="figure">{throttlePercent === 0 ? 'none' : `${throttlePercent} %`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {starts.length > 50 && <p className="dim">{starts.length - 50} more passes.</p>}
    </section>
  )
}
