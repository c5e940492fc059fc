import type { MigrationReport, PastMigration } from '@landfall/api'
import { decisionName, figuresOf } from '@landfall/api'
import { adviceText, formatDuration, strategies } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { actionWords } from '../parts/notice.tsx'
import { Line } from '../parts/line.tsx'
import { OutcomeWord } from '../parts/outcome.tsx'
import { Time, utcWords } from '../parts/time.tsx'
import { useTitle } from '../parts/use-title.ts'
import { Scroller } from '../parts/scroller.tsx'
import { AfterIt } from './after-it.tsx'
import { MigrationChart } from './chart/migration-chart.tsx'
import { Decisions } from './decisions.tsx'
import { Passes } from './passes.tsx'
import { isOfMemory, momentOf } from './story.ts'

/** Its report: a page to send, or to print. */
export function EndedMigration({ report, past }: { report: MigrationReport; past: PastMigration | null }) {
  const beganAt = past?.beganAt ?? Date.parse(report.startedAt)
  useTitle(`${report.guest}: ${report.outcome}`)
  const points = useMemo(() => (past?.samples ?? []).filter(isOfMemory), [past])
  const decidedAt = useMemo(() => report.decisions.map(({ at }) => momentOf(at)), [report.decisions])
  const { next } = report.reason
  return (
    <>
      <div className="head">
        <h1>{report.guest}</h1>
        <span>
          {report.source} → {report.destination}
        </span>
        <OutcomeWord outcome={report.outcome} />
        <span className="id end">{report.id}</span>
      </div>
      <div className="verdict">
        <Line text={report.reason.message} names={[report.guest, report.source, report.destination]} />
        {next !== undefined && <p className="dim">{adviceText(next, actionWords)}</p>}
        {(report.failedTries ?? []).map(({ number, reason }) => (
          <p key={number} className="dim">
            Try {number} failed: {reason.message}
          </p>
        ))}
        <p className="dim">
          {report.strategy === null ? '' : `By ${strategies[report.strategy].words}. `}
          {past === null ? '' : `Planned: ${past.planned}`}
        </p>
        <p className="dim">
          <Time at={Date.parse(report.startedAt)} /> to{' '}
          <Time at={Date.parse(report.endedAt)} beside={Date.parse(report.startedAt)} /> (
          {utcWords(Date.parse(report.startedAt))})
        </p>
      </div>
      <div className="actions">
        <button type="button" onClick={() => print()}>
          Print
        </button>
        <Link to="/plan" search={{ guest: report.guest }}>
          Plan its next move
        </Link>
      </div>
      <Scroller label="Figures, predicted and actual">
        <table className="narrow">
          <thead>
            <tr>
              <th scope="col">figure</th>
              <th scope="col">predicted (range)</th>
              <th scope="col">actual</th>
            </tr>
          </thead>
          <tbody>
            {figuresOf(report).map(([figure, predicted, actual]) => (
              <tr key={figure}>
                <th scope="row">{figure}</th>
                <td className="dim">{predicted}</td>
                <td>{actual}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {points.length > 0 && (
        <MigrationChart
          migration={{
            beganAt,
            points,
            predicted: past?.predicted ?? [],
            predictedTotalMs: report.predicted?.totalTimeMs ?? null,
            decidedAt,
            guestSpeed: past?.guestSpeed ?? [],
            hasEnded: true,
            inWords: `The migration over time: ${report.outcome}${report.totalTimeMs === null ? '' : ` after ${formatDuration(report.totalTimeMs)}`}. The passes and the decisions follow as lists.`,
          }}
        />
      )}
      <AfterIt report={report} />
      <Decisions
        beganAt={beganAt}
        none="None: nothing was touched."
        decisions={report.decisions.map(({ at, pass, act, why, numbers }) => ({
          at: momentOf(at),
          pass,
          name: decisionName(act),
          why,
          numbers,
        }))}
      />
      <Passes points={points} beganAt={beganAt} />
    </>
  )
}
