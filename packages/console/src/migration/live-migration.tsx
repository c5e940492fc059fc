import type { MigrationStatus } from '@landfall/api'
import { decisionName } from '@landfall/api'
import {
  carriedBy,
  durationRange,
  formatBytes,
  formatDuration,
  formatRate,
  predictedBy,
  predictedCurve,
  strategies,
} from '@landfall/core'
import type { CurvePoint, Range, Sample } from '@landfall/core'
import { useMemo } from 'react'
import { Notice } from '../parts/notice.tsx'
import { MigrationActions } from './actions.tsx'
import { MigrationChart } from './chart/migration-chart.tsx'
import { Decisions } from './decisions.tsx'
import { Passes } from './passes.tsx'
import type { Story } from './story.ts'

/** One under way: whether it will end, when, at what cost, and why each act was taken. */
export function LiveMigration({ id, story }: { id: string; story: Story }) {
  const { plan, latest, decisions, points, beganAt, report } = story
  const foretold = useMemo(() => foretoldOf(story.plan), [story.plan])
  const decidedAt = useMemo(() => decisions.map(({ at }) => at), [decisions])
  return (
    <>
      <div className="head">
        <h1>{plan === null ? id : plan.guest.name}</h1>
        {plan !== null && (
          <span>
            {plan.source} → {plan.destination}
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
            predicted: foretold.curve,
            predictedTotalMs: foretold.totalMs,
            decidedAt,
            guestSpeed: [],
            inWords: latest?.outlook.line ?? 'nothing was seen of it yet',
          }}
        />
      )}
      {beganAt === null && <Steps story={story} />}
      <Decisions
        decisions={decisions.map(({ at, pass, act, failed }) => ({
          at,
          pass,
          name: failed === null ? decisionName(act.kind) : `could not be done (${failed}): ${decisionName(act.kind)}`,
          why: act.why,
          numbers: act.numbers,
        }))}
        beganAt={beganAt}
        hasEnded={report !== null}
      />
      <Passes points={points} beganAt={beganAt} />
    </>
  )
}

const statusWords: Readonly<Record<MigrationStatus, string>> = {
  queued: 'waits for its turn',
  planning: 'is being planned',
  preparing: 'is being prepared',
  copying: 'copying',
  switching: 'changing hosts',
  'post-copy': 'in post-copy',
  cold: 'moved cold',
  ended: 'ended',
  'needs-attention': 'needs attention',
}

/** The sentence of verdict: with its figures, so that nobody has to trust it. */
function Verdict({ story: { latest, waitingFor, plan, report } }: { story: Story }) {
  const refused = plan?.plan.verdict === 'refuse'
  const line = report !== null ? report.reason.message : (latest?.outlook.line ?? plan?.plan.reason.message ?? null)
  return (
    <div aria-live="polite">
      {waitingFor !== null && <Notice tone="warn">Waits for {waitingFor}.</Notice>}
      {line !== null && <p className={refused ? 'bad' : ''}>{line}</p>}
    </div>
  )
}

function Figures({ story: { latest, plan } }: { story: Story }) {
  if (latest === null) return null
  const { sample, outlook } = latest
  const facts: readonly (readonly [string, string])[] = [
    ['to go', outlook.etaMs === null ? withoutEta(sample.phase) : durationRange(outlook.etaMs)],
    ['since the start', formatDuration(sample.elapsedMs)],
    ['pass', String(sample.pass)],
    ['left to send', formatBytes(sample.remainingBytes)],
    ['sent', formatBytes(sample.bytesSent)],
    ['link', sample.bandwidthBytesPerSecond === null ? 'not reported yet' : formatRate(sample.bandwidthBytesPerSecond)],
    ['throttle', sample.throttlePercent === 0 ? 'none' : `${sample.throttlePercent} %`],
    ['planned', plan?.plan.strategy == null ? 'by what the passes show' : strategies[plan.plan.strategy].words],
  ]
  return (
    <>
      <progress value={outlook.progress} max={1} aria-label="How far along" />
      <dl className="figures">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
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
      {steps.map(({ at, message }, index) => (
        <li key={`${at} ${index}`}>{message}</li>
      ))}
    </ul>
  )
}

function foretoldOf(migration: Story['plan']): { curve: readonly CurvePoint[]; totalMs: Range | null } {
  if (migration === null) return { curve: [], totalMs: null }
  const { intent, facts, plan } = migration
  return {
    curve: predictedCurve(intent, carriedBy(facts, plan.stream), plan.strategy),
    totalMs: predictedBy(plan)?.totalTimeMs ?? null,
  }
}
