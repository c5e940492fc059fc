import type { Drain, HostStatus } from '@landfall/api'
import { formatBytes, formatPercent } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { drainWords } from '../drain/drain-words.ts'
import { Scroller } from '../parts/scroller.tsx'
import { Time } from '../parts/time.tsx'

/** More than this are found by the search. */
const mostShown = 60

export interface HostsTableProps {
  readonly hosts: readonly HostStatus[]
  readonly all: number
  /** That have not ended, by host. */
  readonly drains: ReadonlyMap<string, Drain>
}

export function HostsTable({ hosts, all, drains }: HostsTableProps) {
  if (all === 0) return <p className="dim">The service has no hosts: name them in its hosts file.</p>
  if (hosts.length === 0) return <p className="dim">None of the {all} hosts is looked for.</p>
  // Who is silent is what somebody on duty has to see, then who is emptied.
  const rank = (host: HostStatus): number => (host.reachable ? (drains.has(host.name) ? 1 : 2) : 0)
  const shown = hosts.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostShown)
  return (
    <>
      <Scroller label="List of hosts">
        <table>
          <thead>
            <tr>
              <th scope="col">host</th>
              <th scope="col">state</th>
              <th scope="col" className="figure">
                guests
              </th>
              <th scope="col" className="figure">
                free memory
              </th>
              <th scope="col" className="mid">
                in use
              </th>
              <th scope="col" className="wide">
                libvirt
              </th>
              <th scope="col" className="wide">
                QEMU
              </th>
              <th scope="col" className="wide">
                address
              </th>
              <th scope="col">
                <span className="unseen">what can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((host) => (
              <Row key={host.name} host={host} drain={drains.get(host.name) ?? null} />
            ))}
          </tbody>
        </table>
      </Scroller>
      {hosts.length > shown.length && (
        <p className="dim">
          {hosts.length - shown.length} more hosts answer; <code>host:NAME</code> finds them.
        </p>
      )}
    </>
  )
}

function Row({ host, drain }: { host: HostStatus; drain: Drain | null }) {
  const name = (
    <th scope="row">
      <Link to="/" search={{ q: `host:${quoted(host.name)}` }}>
        {host.name}
      </Link>
    </th>
  )
  if (!host.reachable)
    return (
      <tr>
        {name}
        <td colSpan={8}>
          <span className="bad">silent</span>
          {host.silentSince !== undefined && (
            <>
              {' '}
              since <Time at={host.silentSince} />
            </>
          )}
          : {host.why}
        </td>
      </tr>
    )
  const { memoryBytes, availableBytes } = host
  const used = 1 - availableBytes / Math.max(1, memoryBytes)
  return (
    <tr className="reachable">
      {name}
      <td>
        {drain === null ? (
          <span className="good">answers</span>
        ) : (
          <Link to="/drains/$host" params={{ host: host.name }} className="warn">
            {drain.state.kind === 'drain' ? 'drain' : 'way back'} {drainWords(drain)}
          </Link>
        )}
      </td>
      <td className="figure">{host.runningGuests}</td>
      <td className="figure">
        {formatBytes(availableBytes)} <span className="dim mid-inline">of {formatBytes(memoryBytes)}</span>
      </td>
      <td className="mid">
        <span className="meter" aria-hidden="true">
          <span style={{ width: `${Math.min(100, Math.max(0, used * 100))}%` }} />
        </span>{' '}
        {formatPercent(Math.round(used * 100))}
      </td>
      <td className="wide">{release(host.libvirtVersion)}</td>
      <td className="wide">{release(host.qemuVersion)}</td>
      <td className="wide">
        <span className="id">{host.uri}</span>
      </td>
      <td className="figure">
        {drain === null && (
          <Link to="/drain-plan" search={{ host: host.name }} aria-label={`Drain ${host.name}`}>
            Drain
          </Link>
        )}
      </td>
    </tr>
  )
}

export const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text)

/** 11003000 is 11.3.0 */
const release = (version: number): string =>
  `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
