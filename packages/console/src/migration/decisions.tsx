import { formatBytes, formatDuration, formatPercent, formatRate } from '@landfall/core'

export interface ShownDecision {
  readonly at: number
  readonly pass: number
  readonly name: string
  readonly why: string
  readonly numbers: Readonly<Record<string, number>>
}

export interface DecisionsProps {
  readonly decisions: readonly ShownDecision[]
  readonly beganAt: number | null
  readonly hasEnded: boolean
}

/** Every decision with its reason and the figures behind it, numbered as in the picture. */
export function Decisions({ decisions, beganAt, hasEnded }: DecisionsProps) {
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Decisions</h2>
      {decisions.length === 0 ? (
        <p className="dim">{hasEnded ? 'None: nothing was touched.' : 'None yet.'}</p>
      ) : (
        <ol className="decisions">
          {decisions.map(({ at, pass, name, why, numbers }, index) => (
            <li key={`${at} ${index}`}>
              <p>
                <b>
                  {beganAt === null ? '' : `after ${formatDuration(Math.max(0, at - beganAt))}, `}pass {pass}: {name}.
                </b>{' '}
                {why}
              </p>
              {Object.keys(numbers).length > 0 && (
                <details>
                  <summary>its numbers</summary>
                  <dl className="facts">
                    {Object.entries(numbers).map(([key, value]) => (
                      <div key={key} className="pair">
                        <dt>{key}</dt>
                        <dd>{numberWords(key, value)}</dd>
                      </div>
                    ))}
                  </dl>
                </details>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** In the unit that its name ends with. */
export function numberWords(key: string, value: number): string {
  if (key.endsWith('BytesPerSecond')) return formatRate(value)
  if (key.endsWith('Bytes')) return formatBytes(value)
  if (key.endsWith('Ms')) return formatDuration(value)
  if (key.endsWith('Percent')) return formatPercent(value)
  return String(value)
}
