import type { Drain, HostStatus } from '@landfall/api'
import { novaHandsWords } from '../migration/nova/nova-words.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { drainWords } from '../drain/drain-words.ts'
import { Scroller } from '../parts/scroller.tsx'
import { Time } from '../parts/time.tsx'
import type { LinkUse } from './link-use.ts'
import { moreHostsWords } from './more-hosts.ts'

/** More than this are found by the search. */
const mostShown = 60
/** What a host said longer ago than that is not told as if it were now. */
const oldMs = 10_000

export interface HostsTableProps {
  readonly hosts: readonly HostStatus[]
  readonly all: number
  /** That have not ended, by host. */
  readonly drains: ReadonlyMap<string, Drain>
  /** By host: of those that guests leave or come to. */
  readonly links: ReadonlyMap<string, LinkUse>
}

export function HostsTable({ hosts, all, drains, links }: HostsTableProps) {
  if (all === 0) return <p className="dim">The service has no hosts: name them in its hosts file.</p>
  if (hosts.length === 0) return <p className="dim">None of the {all} hosts is looked for.</p>
  // Who is silent is what somebody on duty has to see, then who is emptied.
  const rank = (host: HostStatus): number => (host.reachable ? (drains.has(host.name) ? 1 : 2) : 0)
  const isBesideNova = hosts.some(({ nova }) => nova !== undefined)
  const inOrder = hosts.toSorted((a, b) => rank(a) - rank(b))
  const shown = inOrder.slice(0, mostShown)
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
              <th scope="col" className="mid">
                migrations, link
              </th>
              {isBesideNova && (
                <th scope="col" className="mid">
                  Nova's migrations
                </th>
              )}
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
              <Row
                key={host.name}
                host={host}
                drain={drains.get(host.name) ?? null}
                link={links.get(host.name) ?? null}
                isBesideNova={isBesideNova}
              />
            ))}
          </tbody>
        </table>
      </Scroller>
      {hosts.length > shown.length && (
        <p className="dim">
          {moreHostsWords(inOrder.slice(mostShown))}; <code>host:NAME</code> finds them.
        </p>
      )}
    </>
  )
}

interface RowProps {
  readonly host: HostStatus
  readonly drain: Drain | null
  readonly link: LinkUse | null
  readonly isBesideNova: boolean
}

function Row({ host, drain, link, isBesideNova }: RowProps) {
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
        <td colSpan={isBesideNova ? 10 : 9}>
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
          <>
            <span className="good">answers</span>
            {host.ageMs > oldMs && <span className="warn block">heard {formatDuration(host.ageMs)} ago</span>}
          </>
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
      <td className="mid">
        {link === null ? (
          ''
        ) : (
          <Link to="/migrations" search={{ q: `host:${quoted(host.name)}` }}>
            {linkWords(link)}
          </Link>
        )}
      </td>
      {isBesideNova && <td className="mid">{host.nova === undefined ? '' : novaHandsWords[host.nova]}</td>}
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

/** How many leave and come, and what that takes of its link, as far as it was seen. */
function linkWords({ out, in: coming, bytesPerSecond, unknown }: LinkUse): string {
  const count = [out > 0 ? `${out} out` : '', coming > 0 ? `${coming} in` : ''].filter((word) => word !== '').join(', ')
  if (bytesPerSecond === null) return count
  return `${count}: ${unknown > 0 ? '≥ ' : ''}${formatRate(bytesPerSecond)}`
}

export const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text)

/** 11003000 is 11.3.0 */
const release = (version: number): string =>
  `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
