import type { SettingValue } from '@landfall/core'
import { forecastRange, forecastSeconds, predictedBy, strategies } from '@landfall/core'
import { Scroller } from '../parts/scroller.tsx'
import type { WhatIf } from './what-if.ts'
import { tried } from './what-if.ts'

export interface WhatIfTableProps {
  readonly others: readonly WhatIf[]
  readonly onChoose: (settings: readonly SettingValue[]) => void
}

/** What would change if one thing were wanted otherwise: pressed, it is. */
export function WhatIfTable({ others, onChoose }: WhatIfTableProps) {
  const names = tried.map(([setting]) => setting).join(', ')
  return (
    <section aria-labelledby="what-if">
      <h2 id="what-if">What would change if …</h2>
      {others.length === 0 ? (
        <p className="dim">Nothing: it would go in the same way with any {names} that was tried.</p>
      ) : (
        <Scroller label="What would change">
          <table>
            <thead>
              <tr>
                <th scope="col">if</th>
                <th scope="col">then</th>
                <th scope="col" className="mid">
                  total time
                </th>
                <th scope="col">downtime</th>
                <th scope="col" className="wide">
                  lost work
                </th>
              </tr>
            </thead>
            <tbody>
              {others.map(({ setting, text, plan }) => {
                const predicted = plan.verdict === 'go' ? predictedBy(plan) : null
                return (
                  <tr key={`${setting} ${text}`} className="reachable">
                    <th scope="row" className="range">
                      <button
                        type="button"
                        className="plain"
                        onClick={() => onChoose([{ setting, value: text }])}
                        title="Put it into the form"
                      >
                        {setting} {text}
                      </button>
                    </th>
                    <td className={plan.verdict === 'go' ? '' : 'bad'} title={plan.reason.message}>
                      {plan.verdict === 'refuse'
                        ? 'refused'
                        : plan.strategy === null
                          ? 'steered by its passes'
                          : strategies[plan.strategy].words}
                    </td>
                    <td className="range mid">{forecastRange(predicted?.totalTimeMs ?? null)}</td>
                    <td className="range">{forecastRange(predicted?.downtimeMs ?? null)}</td>
                    <td className="range wide">{forecastSeconds(predicted?.lostWorkSeconds ?? null)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </Scroller>
      )}
    </section>
  )
}
