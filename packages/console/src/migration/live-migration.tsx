import { decisionName } from '@landfall/api'
import { durationRange, formatBytes, formatDuration, formatRate } from '@landfall/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Line } from '../parts/line.tsx'
import { Notice } from '../parts/notice.tsx'
import { novaQuery, underWayQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { useTitle } from '../parts/use-title.ts'
import { MigrationActions } from './actions.tsx'
import { BesideNova } from './nova/beside-nova.tsx'
import { MigrationChart } from './chart/migration-chart.tsx'
import { Decisions } from './decisions.tsx'
import { endsNowhere, etaWords } from './eta-words.ts'
import { Passes } from './passes.tsx'
import { handsWords } from './nova/nova-words.ts'
import { statusWords } from './status-words.ts'
import type { Story } from './story.ts'
import { isDrawn, isUndriven } from './story.ts'

/** How soon it is seen that its driver died. */
const drivenEveryMs = 2500

/** One under way: whether it will end, when, at what cost, and why each act was taken. */
export function LiveMigration({ id, story }: { id: string; story: Story }) {
  const { guest, source, destination, latest, decisions, points, beganAt, report, planned } = story
  const { client } = useService()
  const nova = useQuery({ ...novaQuery(client, id), enabled: report === null }).data ?? null
  const listed = useQuery({ ...underWayQuery(client), refetchInterval: drivenEveryMs, enabled: report === null }).data
  const decidedAt = useMemo(() => decisions.map(({ at }) => at), [decisions])
  useTitle(`${guest ?? id}: ${statusWords[story.status]}`)
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
      {report === null && <MigrationActions id={id} story={story} nova={nova} />}
      <Verdict story={story} undriven={isUndriven(story, id, listed)} hands={handsWords(story.role, nova)} />
      {latest !== null && <Figures story={story} />}
      {latest !== null && planned !== null && <p className="dim">Planned: {planned}</p>}
      {nova !== null && report === null && <BesideNova nova={nova} />}
      {beganAt !== null && isDrawn(story) && (
        <MigrationChart
          migration={{
            beganAt,
            points,
            predicted: story.predicted,
            predictedTotalMs: story.prediction?.totalTimeMs ?? null,
            decidedAt,
            guestSpeed: [],
            hasEnded: false,
            inWords: latest?.outlook?.line ?? 'nothing was seen of it yet',
          }}
        />
      )}
      {!isDrawn(story) && story.steps.length > 0 && <Steps steps={story.steps} />}
      {(beganAt !== null || decisions.length > 0) && (
        <Decisions
          decisions={decisions.map(({ act, failed, ...decision }) => ({
            ...decision,
            name: failed === null ? decisionName(act) : `could not be done (${failed}): ${decisionName(act)}`,
          }))}
          beganAt={beganAt}
          none={
            report !== null
              ? 'None: nothing was touched.'
              : story.role?.hands === 'off'
                ? 'None: it is only followed from here.'
                : 'None yet.'
          }
        />
      )}
      <Passes points={points} beganAt={beganAt} />
    </>
  )
}

/** The sentence of verdict: with its figures, so that nobody has to trust it. */
function Verdict({ story, undriven, hands }: { story: Story; undriven: boolean; hands: string | null }) {
  const { latest, waitingFor, plan, planned, report } = story
  const refused = plan?.plan.verdict === 'refuse'
  const line = report !== null ? report.reason.message : (latest?.outlook?.line ?? planned)
  const worrying = latest !== null && endsNowhere(latest.outlook, latest.sample.phase)
  return (
    <div aria-live="polite" className="verdict">
      {undriven && <Notice tone="bad">Nobody drives it now: it goes on by itself until it is taken over.</Notice>}
      {hands !== null && <p>{hands}</p>}
      {waitingFor !== null && <Notice tone="warn">{waitingFor}.</Notice>}
      {line === null ? null : latest === null && report === null ? (
        <p className={refused ? 'bad' : 'dim'}>Planned: {line}</p>
      ) : (
        <Line
          text={line}
          names={[story.guest, story.source, story.destination]}
          tone={refused ? 'bad' : worrying ? 'warn' : ''}
        />
      )}
    </div>
  )
}

function Figures({ story: { latest, beganAt, prediction } }: { story: Story }) {
  if (latest === null) return null
  const { sample, outlook, linkBytesPerSecond } = latest
  const worrying = endsNowhere(outlook, sample.phase)
  const facts: readonly (readonly [name: string, value: string, tone?: string])[] = [
    ['to go', etaWords(outlook, sample.phase), worrying ? 'warn' : ''],
    ['since the start', beganAt === null ? 'not known' : formatDuration(Math.max(0, sample.at - beganAt))],
    ['left to send', formatBytes(sample.remainingBytes)],
    ['sent', formatBytes(sample.bytesSent)],
    ['pass', String(sample.pass)],
    ['throttle', sample.throttlePercent === 0 ? 'none' : `${sample.throttlePercent} %`],
    ['link', linkBytesPerSecond === null ? 'not reported yet' : formatRate(linkBytesPerSecond)],
    ...(prediction === null
      ? []
      : ([
          ['predicted in all', durationRange(prediction.totalTimeMs)],
          ['predicted downtime', durationRange(prediction.downtimeMs)],
        ] as const)),
  ]
  return (
    <>
      <progress value={outlook?.progress ?? 0} max={1} aria-label="How far along" />
      <dl className="figures">
        {facts.map(([name, value, tone = '']) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={tone}>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

const Steps = ({ steps }: { steps: readonly string[] }) => (
  <ul className="plain dim" aria-label="What is being done">
    {steps.map((message) => (
      <li key={message}>{message}</li>
    ))}
  </ul>
)
