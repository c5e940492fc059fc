import { decisionName } from '@landfall/api'
import { durationRange, formatBytes, formatDuration, formatRate } from '@landfall/core'
import type { Sample } from '@landfall/core'
import { useMemo } from 'react'
import { Notice } from '../parts/notice.tsx'
import { MigrationActions } from './actions.tsx'
import { MigrationChart } from './chart/migration-chart.tsx'
import { Decisions } from './decisions.tsx'
import { Passes } from './passes.tsx'
import { statusWords } from './status-words.ts'
import type { Story } from './story.ts'

/** One under way: whether it will end, when, at what cost, and why each act was taken. */
export function LiveMigration({ id, story }: { id: string; story: Story }) {
  const { guest, source, destination, latest, decisions, points, beganAt, report } = story
  const decidedAt = useMemo(() => decisions.map(({ at }) => at), [decisions])
  return (
    <>
      <div className="head">
        <h1>{guest ?? id}</h1>
        {destination !== null && (
          <span>
            {source ?? ''} → {destination}
          </span>
        )}
        <span className="outcome">{statusWords[story.status]}</span>
        <span className="id end">{id}</span>
      </div>
      <Verdict story={story} />
      {report === null && <MigrationActions id={id} story={story} />}
      {latest !== null && <Figures story={story} />}
      {beganAt !== null && (
        <MigrationChart
          migration={{
            beganAt,
            points,
            predicted: story.predicted,
            predictedTotalMs: story.predictedTotalMs,
            decidedAt,
            guestSpeed: [],
            inWords: latest?.outlook?.line ?? 'nothing was seen of it yet',
          }}
        />
      )}
      {beganAt === null && <Steps story={story} />}
      <Decisions
        decisions={decisions.map(({ act, failed, ...decision }) => ({
          ...decision,
          name: failed === null ? decisionName(act) : `could not be done (${failed}): ${decisionName(act)}`,
        }))}
        beganAt={beganAt}
        hasEnded={report !== null}
      />
      <Passes points={points} beganAt={beganAt} />
    </>
  )
}

/** The sentence of verdict: with its figures, so that nobody has to trust it. */
function Verdict({ story: { latest, waitingFor, plan, planned, report } }: { story: Story }) {
  const refused = plan?.plan.verdict === 'refuse'
  const line = report !== null ? report.reason.message : (latest?.outlook?.line ?? planned)
  return (
    <div aria-live="polite">
      {waitingFor !== null && <Notice tone="warn">Waits for {waitingFor}.</Notice>}
      {line !== null && <p className={refused ? 'bad' : ''}>{line}</p>}
    </div>
  )
}

function Figures({ story: { latest, beganAt, planned } }: { story: Story }) {
  if (latest === null) return null
  const { sample, outlook, linkBytesPerSecond } = latest
  const etaMs = outlook?.etaMs ?? null
  const facts: readonly (readonly [string, string])[] = [
    ['to go', etaMs === null ? withoutEta(sample.phase) : durationRange(etaMs)],
    ['since the start', beganAt === null ? 'not known' : formatDuration(Math.max(0, sample.at - beganAt))],
    ['pass', String(sample.pass)],
    ['left to send', formatBytes(sample.remainingBytes)],
    ['sent', formatBytes(sample.bytesSent)],
    ['link', linkBytesPerSecond === null ? 'not reported yet' : formatRate(linkBytesPerSecond)],
    ['throttle', sample.throttlePercent === 0 ? 'none' : `${sample.throttlePercent} %`],
  ]
  return (
    <>
      <progress value={outlook?.progress ?? 0} max={1} aria-label="How far along" />
      <dl className="figures">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {planned !== null && <p className="dim">Planned: {planned}</p>}
    </>
  )
}

/** While memory is sent it says that no end is in sight; before and after that nobody can tell. */
const withoutEta = (phase: Sample['phase']): string =>
  phase === 'active' || phase === 'post-copy' ? 'no end in sight' : 'not known yet'

function Steps({ story: { steps } }: { story: Story }) {
  return (
    <ul className="plain dim" aria-label="What is being done">
      {steps.length === 0 && <li>It is looked for …</li>}
      {steps.map((message) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  )
}
