import type { Forecast, Strategy } from '@landfall/core'
import { forecastRange, forecastSeconds, strategies } from '@landfall/core'
import { Scroller } from '../parts/scroller.tsx'

/** Every strategy beside the others: what is likely, and within which bounds. */
export const Forecasts = ({ forecasts, chosen }: { forecasts: readonly Forecast[]; chosen: Strategy | null }) => (
  <Scroller label="Strategies">
    <table>
      <thead>
        <tr>
          <th scope="col">strategy</th>
          <th scope="col">finishes</th>
          <th scope="col">total time</th>
          <th scope="col">downtime</th>
          <th scope="col" className="mid">
            lost work
          </th>
          <th scope="col" className="wide">
            why
          </th>
        </tr>
      </thead>
      <tbody>
        {forecasts.map((forecast) => (
          <tr key={forecast.strategy} className={forecast.strategy === chosen ? 'chosen' : ''}>
            <th scope="row" className="range">
              {strategies[forecast.strategy].words}
              {forecast.strategy === chosen && <span className="good"> ✓ chosen</span>}
            </th>
            <td>{forecast.finishes}</td>
            <td className="range">{forecastRange(forecast.totalTimeMs)}</td>
            <td className="range">{forecastRange(forecast.downtimeMs)}</td>
            <td className="range mid">{forecastSeconds(forecast.lostWorkSeconds)}</td>
            <td className="wide dim">{remark(forecast)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroller>
)

function remark({ withinIntent, why }: Forecast): string {
  if (withinIntent.ok) return why
  const remedies = withinIntent.broken.map(({ remedy }) => `${remedy.setting} ${remedy.value}`)
  return `outside what is wanted: it would take ${remedies.join(', ')}`
}
