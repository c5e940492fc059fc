import type { Drain } from '@landfall/api'
import { waitedForAt } from '@landfall/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loading } from '../parts/loading.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { Time } from '../parts/time.tsx'
import { useTitle } from '../parts/use-title.ts'
import { drainsQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { drainWords, toGoWords } from './drain-words.ts'

/** Hosts that are emptied or filled again, and of each host the newest that has ended. */
export function DrainsPage() {
  useTitle('Drains')
  const { client } = useService()
  const drains = useQuery(drainsQuery(client))
  return (
    <>
      <div className="head">
        <h1>Drains</h1>
        <Link to="/drain-plan">Plan a drain</Link>
      </div>
      {drains.data === undefined ? (
        <Loading query={drains} words="The service is asked …" />
      ) : drains.data.length === 0 ? (
        <p className="dim">
          No host was drained yet. <Link to="/drain-plan">Plan one</Link>: it says who goes where, when and at what
          cost, and starts nothing.
        </p>
      ) : (
        <Scroller label="List of drains">
          <table>
            <thead>
              <tr>
                <th scope="col">host</th>
                <th scope="col">state</th>
                <th scope="col" className="figure">
                  moved
                </th>
                <th scope="col" className="figure">
                  stay
                </th>
                <th scope="col" className="mid">
                  began
                </th>
                <th scope="col" className="mid">
                  likely end
                </th>
                <th scope="col" className="wide">
                  waits for
                </th>
              </tr>
            </thead>
            <tbody>
              {drains.data.map((drain) => (
                <Row key={drain.state.id} drain={drain} at={drains.dataUpdatedAt} />
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </>
  )
}

function Row({ drain, at }: { drain: Drain; at: number }) {
  const { state, progress, driven } = drain
  const isLate = state.end === null && progress.endsAt !== null && progress.endsAt.high <= at
  const likely = state.end?.at ?? progress.endsAt?.likely ?? null
  return (
    <tr className="reachable">
      <th scope="row">
        <Link to="/drains/$host" params={{ host: state.host }} data-row>
          {state.host}
        </Link>
      </th>
      <td className={driven === false ? 'bad' : ''}>{driven === false ? 'nobody drives it' : drainWords(drain)}</td>
      <td className="figure">
        {progress.moved} of {progress.total}
      </td>
      <td className={`figure${progress.left > 0 ? ' warn' : ''}`}>{progress.left}</td>
      <td className="mid">
        <Time at={state.beganAt} />
      </td>
      <td className={`mid${isLate ? ' warn' : ''}`}>
        {isLate ? toGoWords(drain, at) : likely === null ? 'not known' : <Time at={likely} beside="now" />}
      </td>
      <td className="wide">{state.end === null ? waitedForAt(state, at) : state.end.next}</td>
    </tr>
  )
}
