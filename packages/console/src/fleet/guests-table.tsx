import type { Instance, Inventory } from '@landfall/api'
import { formatBytes } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { Notice } from '../parts/notice.tsx'
import { onPage, Pages } from '../parts/pages.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { labelWords } from './filter.ts'
import { quoted } from './hosts-table.tsx'

export interface GuestsTableProps {
  readonly guests: readonly Instance[]
  readonly all: number
  readonly silent: Inventory['silent']
  readonly page: number
}

export function GuestsTable({ guests, all, silent, page }: GuestsTableProps) {
  return (
    <>
      {silent.length > 0 && (
        <Notice tone="warn">
          Guests of {silent.length === 1 ? 'one silent host are' : `${silent.length} silent hosts are`} not in this
          list:{' '}
          {silent
            .slice(0, 5)
            .map(({ host }) => host)
            .join(', ')}
          {silent.length > 5 ? ` and ${silent.length - 5} more` : ''}.
        </Notice>
      )}
      {guests.length === 0 ? (
        <p className="dim">
          {all === 0 ? 'No host that answers has a guest.' : `None of the ${all} guests is what you look for.`}
        </p>
      ) : (
        <Listed guests={guests} all={all} page={page} />
      )}
    </>
  )
}

function Listed({ guests, all, page }: Omit<GuestsTableProps, 'silent'>) {
  return (
    <>
      <Scroller label="List of guests">
        <table>
          <thead>
            <tr>
              <th scope="col">guest</th>
              <th scope="col">host</th>
              <th scope="col">state</th>
              <th scope="col" className="figure">
                memory
              </th>
              <th scope="col" className="figure mid">
                vCPUs
              </th>
              <th scope="col" className="wide">
                labels
              </th>
              <th scope="col" className="wide">
                UUID
              </th>
            </tr>
          </thead>
          <tbody>
            {onPage(guests, page).map((guest) => (
              <Row key={`${guest.host} ${guest.uuid}`} guest={guest} />
            ))}
          </tbody>
        </table>
      </Scroller>
      <Pages count={guests.length} all={all} page={page} what="guests" />
    </>
  )
}

const Row = ({ guest }: { guest: Instance }) => (
  <tr className="reachable">
    <th scope="row">
      {guest.kept === null ? (
        <Link to="/plan" search={{ guest: guest.name }} data-row>
          {guest.name}
        </Link>
      ) : (
        guest.name
      )}
    </th>
    <td>{guest.host}</td>
    <td>
      <State guest={guest} />
    </td>
    <td className="figure">{formatBytes(guest.memoryBytes)}</td>
    <td className="figure mid">{guest.vcpus}</td>
    <td className="wide dim">{guest.labels === null ? 'cannot be read' : labelWords(guest.labels).join(' ')}</td>
    <td className="wide">
      <span className="id">{guest.uuid}</span>
    </td>
  </tr>
)

function State({ guest }: { guest: Instance }) {
  if (guest.kept !== null)
    return (
      <span className="dim">
        a definition that{' '}
        <Link to="/migrations/$id" params={{ id: guest.kept.migration }}>
          its migration
        </Link>{' '}
        to {guest.kept.to} has left
      </span>
    )
  if (guest.migrating)
    return (
      <Link to="/migrations" search={{ q: `guest:${quoted(guest.name)}` }}>
        migrating
      </Link>
    )
  return guest.state === 'running' ? <span>running</span> : <span className="dim">{guest.state}</span>
}
