import { formatBytes, formatDuration, formatPercent, formatRate, MiB } from '@landfall/core'

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
  /** What is said where there is none. */
  readonly none: string
}

/** Every decision with its reason and the figures behind it, numbered as in the picture. */
export function Decisions({ decisions, beganAt, none }: DecisionsProps) {
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Decisions</h2>
      {decisions.length === 0 ? (
        <p className="dim">{none}</p>
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
                        <dt>{nameWords(key)}</dt>
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

/** `linkBytesPerSecond` is the link: its value has the unit. */
export const nameWords = (key: string): string =>
  key
    .replace(/(?:BytesPerSecond|MebibytesPerSecond|Bytes|Ms|Percent|Seconds)$/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) || key

/** In the unit that its name ends with. */
export function numberWords(key: string, value: number): string {
  if (key.endsWith('ebibytesPerSecond')) return formatRate(value * MiB)
  if (key.endsWith('BytesPerSecond')) return formatRate(value)
  if (key.endsWith('Seconds')) return formatDuration(value * 1000)
  if (key.endsWith('Bytes')) return formatBytes(value)
  if (key.endsWith('Ms')) return formatDuration(value)
  if (key.endsWith('Percent')) return formatPercent(value)
  return String(value)
}
