import type { Drain, DrainChange } from '@landfall/api'
import { durationRange, formatDuration, waitedForAt } from '@landfall/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useId } from 'react'
import { Confirm } from '../parts/confirm.tsx'
import { Line } from '../parts/line.tsx'
import { Loading } from '../parts/loading.tsx'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { useTitle } from '../parts/use-title.ts'
import { drainQuery } from '../service/queries.ts'
import { useDenied, useService } from '../service/service.tsx'
import { DrainTimeline } from './drain-timeline.tsx'
import { drainName, drainWords, stopWords, toGoWords } from './drain-words.ts'

/** A host that is emptied, or filled again: what was predicted for each guest, where each is, who stays and why. */
export function DrainPage() {
  const { host } = useParams({ from: '/drains/$host' })
  const { client } = useService()
  useTitle(`Drain of ${host}`)
  const drain = useQuery(drainQuery(client, host))
  if (drain.data === undefined)
    return (
      <>
        <h1>{host}</h1>
        <Loading query={drain} words="The drain is looked for …" />
      </>
    )
  return <Shown drain={drain.data} at={drain.dataUpdatedAt} />
}

function Shown({ drain, at }: { drain: Drain; at: number }) {
  const { state, progress } = drain
  const { host, kind, end, leftOut, guests, predictedTotalMs, beganAt } = state
  const waitingFor = waitedForAt(state, at)
  const left = guests.flatMap(({ guest, stage }) => (stage.kind === 'left' ? [{ guest, why: stage.why }] : []))
  return (
    <>
      <div className="head">
        <h1>{host}</h1>
        <span>{kind === 'drain' ? 'drain' : 'way back of its guests'}</span>
        <span className={`outcome ${end !== null && end.outcome !== 'done' ? 'warn' : ''}`}>{drainWords(drain)}</span>
        <span className="id end">{state.id}</span>
      </div>
      {end === null && <Actions drain={drain} />}
      <div aria-live="polite" className="verdict">
        {end === null && waitingFor !== '' && <Line text={`Waits for ${waitingFor}`} names={[]} />}
        {end !== null && end.next !== '' && <Notice tone="warn">{end.next}</Notice>}
        {drain.driven === false && <Notice tone="bad">Nobody drives it now: resume it, and it goes on.</Notice>}
      </div>
      <dl className="figures">
        <div>
          <dt>moved</dt>
          <dd>
            {progress.moved} of {progress.total}
          </dd>
        </div>
        <div>
          <dt>stay</dt>
          <dd className={progress.left > 0 ? 'warn' : ''}>{progress.left}</dd>
        </div>
        <div>
          <dt>to go</dt>
          <dd>{toGoWords(drain, at)}</dd>
        </div>
        <div>
          <dt>predicted</dt>
          <dd>{durationRange(predictedTotalMs)}</dd>
        </div>
        <div>
          <dt>since the start</dt>
          <dd>{formatDuration(Math.max(0, (end?.at ?? at) - beganAt))}</dd>
        </div>
        <div>
          <dt>began</dt>
          <dd>
            <Time at={beganAt} beside="now" />
          </dd>
        </div>
      </dl>
      <DrainTimeline state={state} now={at} />
      {left.length + leftOut.length > 0 && (
        <section aria-labelledby="who-stays">
          <h2 id="who-stays">Who stays, and why</h2>
          <ul className="plain">
            {[...left, ...leftOut].map(({ guest, why }) => (
              <li key={guest}>
                <b>{guest}</b>: {why}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** One button pauses and resumes, in one place. */
function Actions({ drain: { state, driven } }: { drain: Drain }) {
  const { client } = useService()
  const queries = useQueryClient()
  const scope = useDenied('operate')
  const told = useId()
  const deniedBy = scope === null ? undefined : told
  const { host, mode } = state
  const name = drainName(state)
  const change = async (wanted: DrainChange): Promise<void> => {
    await client.drains.change(host, wanted)
    await queries.invalidateQueries({ queryKey: ['drain', host] })
  }
  const stopping = mode === 'stopping' ? 'it is being stopped' : null
  return (
    <div className="actions" role="group" aria-label="What can be done now">
      {mode === 'running' && driven !== false ? (
        <Confirm
          key="pause"
          label="Pause"
          title={`Pause ${name}?`}
          denied={scope}
          deniedBy={deniedBy}
          consequence={<p>No further guest is started; what is on its way lands. It goes on when it is resumed.</p>}
          doIt={() => change({ kind: 'pause' })}
        />
      ) : (
        <Confirm
          key="resume"
          label="Resume"
          title={`Resume ${name}?`}
          denied={scope ?? stopping}
          deniedBy={deniedBy}
          consequence={<p>Guests are started again, as many at a time as its limits say.</p>}
          doIt={() => change({ kind: 'resume' })}
        />
      )}
      <Confirm
        label="Stop"
        tone="danger"
        title={`Stop ${name}?`}
        denied={scope ?? stopping}
        deniedBy={deniedBy}
        consequence={<p>{stopWords(state)}</p>}
        doIt={() => change({ kind: 'stop' })}
      />
      {scope !== null && (
        <span id={told} className="dim">
          {scope}
        </span>
      )}
    </div>
  )
}
