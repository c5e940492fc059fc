import type { DrainPlan } from '@landfall/core'
import {
  durationRange,
  forecastRange,
  forecastSeconds,
  formatBytes,
  formatDuration,
  formatRate,
  strategies,
} from '@landfall/core'
import { useState } from 'react'
import { Confirm } from '../parts/confirm.tsx'
import { Notice } from '../parts/notice.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { Time } from '../parts/time.tsx'
import { useDenied } from '../service/service.tsx'
import { startWords, whyNotStarted } from './drain-words.ts'
import { Timeline } from './timeline.tsx'

export interface DrainPlanResultProps {
  readonly plan: DrainPlan
  readonly at: number
  readonly start: (onStep: (message: string) => void) => Promise<void>
}

const verdicts = { go: 'Goes', partly: 'Not whole', refuse: 'Refused' } as const
const tones = { go: 'good', partly: 'warn', refuse: 'bad' } as const

/** The plan of a whole host: who goes where and when, what it costs, who stays and what would help; then the start. */
export function DrainPlanResult({ plan, at, start }: DrainPlanResultProps) {
  const { host, kind, verdict, reason, moves, cannot, totalMs, boundMs } = plan
  const scope = useDenied('operate')
  const [steps, setSteps] = useState<readonly string[]>([])
  const back = moves.length === 0 ? `Let ${host} take guests again` : `Bring guests back to ${host}`
  const label = kind === 'drain' ? `Drain ${host}` : back
  const denied = whyNotStarted(plan)
  return (
    <section aria-labelledby="drain-plan" className="result">
      <div className="head">
        <h2 id="drain-plan">{kind === 'drain' ? `Drain of ${host}` : `Way back to ${host}`}</h2>
        <span className="dim end">
          measured at <Time at={at} beside="now" />
        </span>
      </div>
      <div aria-live="polite">
        <Notice tone={tones[verdict]}>
          <b>{verdicts[verdict]}</b>: {reason}
        </Notice>
      </div>
      <dl className="figures">
        <div>
          <dt>move</dt>
          <dd>{moves.length}</dd>
        </div>
        <div>
          <dt>stay</dt>
          <dd className={cannot.length > 0 ? 'warn' : ''}>{cannot.length}</dd>
        </div>
        <div>
          <dt>takes</dt>
          <dd>{totalMs === null ? 'not known' : forecastRange(totalMs)}</dd>
        </div>
        <div>
          <dt>the best order would take about</dt>
          <dd>{formatDuration(boundMs)}</dd>
        </div>
        <WindowFigure plan={plan} />
      </dl>
      <div className="actions">
        <Confirm
          label={label}
          tone="first"
          title={`${label}?`}
          denied={scope ?? denied}
          consequence={
            <>
              <p>{startWords(plan)}</p>
              <p className="dim">
                Everything is measured and planned once more before it starts, and refused where that shows otherwise.
              </p>
              {steps.length > 0 && (
                <p className="dim" aria-live="polite">
                  {steps.at(-1)}
                </p>
              )}
            </>
          }
          doIt={() => start((message) => setSteps((before) => [...before, message]))}
        />
      </div>
      {cannot.length > 0 && (
        <section aria-labelledby="cannot">
          <h2 id="cannot">Who stays, and why</h2>
          <ul className="plain">
            {cannot.map(({ uuid, guest, why, help }) => (
              <li key={uuid}>
                <b>{guest}</b>: {why}
                {help
                  .filter((each) => each !== '')
                  .map((each) => (
                    <span key={each} className="dim block">
                      possible with: {each}
                    </span>
                  ))}
              </li>
            ))}
          </ul>
        </section>
      )}
      {moves.length > 0 && <Moves plan={plan} />}
      <Load plan={plan} />
    </section>
  )
}

function WindowFigure({ plan: { window } }: { plan: DrainPlan }) {
  if (window === null) return null
  const { fits, leave, opensAt, closesAt } = window
  const words = { yes: 'fits', uncertain: 'may not fit', no: 'does not fit' } as const
  return (
    <div>
      <dt>
        window <Time at={opensAt} beside="now" /> to <Time at={closesAt} beside={opensAt} />
      </dt>
      <dd className={fits === 'yes' ? '' : 'warn'}>
        {words[fits]}
        {leave.length === 0 ? '' : `; leave for another time: ${leave.join(', ')}`}
      </dd>
    </div>
  )
}

function Moves({ plan: { moves, totalMs } }: { plan: DrainPlan }) {
  const ends = moves.map(({ endMs }) => endMs.likely)
  const axis = { from: 0, to: Math.max(1000, totalMs?.likely ?? 0, ...ends) }
  return (
    <>
      <Timeline
        axis={axis}
        now={null}
        says="takes"
        rows={moves.map((move) => ({
          key: move.uuid,
          to: move.to,
          name: move.guest,
          words: move.totalTimeMs === null ? 'not known' : durationRange(move.totalTimeMs),
          tone: '',
          predicted: { from: move.startMs.likely, to: move.endMs.likely },
          actual: null,
        }))}
      />
      <Scroller label="What each guest's move costs">
        <table>
          <thead>
            <tr>
              <th scope="col">guest</th>
              <th scope="col" className="figure">
                memory
              </th>
              <th scope="col" className="mid">
                strategy
              </th>
              <th scope="col" className="mid">
                starts after
              </th>
              <th scope="col" className="mid">
                total time
              </th>
              <th scope="col">downtime</th>
              <th scope="col" className="wide">
                lost work
              </th>
              <th scope="col" className="wide">
                link
              </th>
            </tr>
          </thead>
          <tbody>
            {moves.map((move) => (
              <tr key={move.uuid} className="reachable" title={move.why}>
                <th scope="row">{move.guest}</th>
                <td className="figure">{formatBytes(move.memoryBytes)}</td>
                <td className="mid">{strategies[move.strategy].words}</td>
                <td className="mid">{formatDuration(move.startMs.likely)}</td>
                <td className="range mid">{forecastRange(move.totalTimeMs)}</td>
                <td className="range">{forecastRange(move.downtimeMs)}</td>
                <td className="range wide">{forecastSeconds(move.lostWorkSeconds)}</td>
                <td className="wide">{move.alone ? 'alone' : 'shared'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  )
}

/** What the hosts and the links carry of it. */
const Load = ({ plan: { destinations, links } }: { plan: DrainPlan }) => (
  <dl className="facts">
    {destinations.map(({ host, incomingBytes, freeBytes, nearlyFull }) => (
      <div key={host} className="pair">
        <dt>{host}</dt>
        <dd>
          gets {formatBytes(incomingBytes)}, has {formatBytes(Math.max(0, freeBytes))} left
          {nearlyFull && <span className="warn"> (nearly full)</span>}
        </dd>
      </div>
    ))}
    {links.map(({ host, way, atOnce, peakBytesPerSecond, bytes }) => (
      <div key={`${host} ${way}`} className="pair">
        <dt>
          link {way === 'out' ? 'out of' : 'into'} {host}
        </dt>
        <dd>
          {formatBytes(bytes)}, {atOnce} at a time, up to{' '}
          {peakBytesPerSecond === null ? 'a rate that nobody stated' : formatRate(peakBytesPerSecond)}
        </dd>
      </div>
    ))}
  </dl>
)
