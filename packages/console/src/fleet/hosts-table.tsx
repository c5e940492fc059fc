import type { HostStatus } from '@landfall/api'
import { formatBytes, formatPercent } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { Scroller } from '../parts/scroller.tsx'

/** More than this are found by the search. */
const mostShown = 60

export function HostsTable({ hosts, all }: { hosts: readonly HostStatus[]; all: number }) {
  if (all === 0) return <p className="dim">The service has no hosts: name them in its hosts file.</p>
  if (hosts.length === 0) return <p className="dim">None of the {all} hosts is looked for.</p>
  // Who is silent is what somebody on duty has to see.
  const shown = hosts.toSorted((a, b) => Number(a.reachable) - Number(b.reachable)).slice(0, mostShown)
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
                memory free
              </th>
              <th scope="col" className="figure mid">
                of
              </th>
              <th scope="col" className="mid">
                libvirt
              </th>
              <th scope="col" className="mid">
                QEMU
              </th>
              <th scope="col" className="wide">
                address
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((host) => (
              <Row key={host.name} host={host} />
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

function Row({ host }: { host: HostStatus }) {
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
        <td colSpan={7}>
          <span className="bad">silent</span> {host.why}
        </td>
      </tr>
    )
  const { memoryBytes, availableBytes } = host
  return (
    <tr className="reachable">
      {name}
      <td>
        <span className="good">answers</span>
      </td>
      <td className="figure">{host.runningGuests}</td>
      <td className="figure" title={formatPercent((100 * availableBytes) / Math.max(1, memoryBytes))}>
        {formatBytes(availableBytes)}
      </td>
      <td className="figure mid">{formatBytes(memoryBytes)}</td>
      <td className="mid">{release(host.libvirtVersion)}</td>
      <td className="mid">{release(host.qemuVersion)}</td>
      <td className="wide">
        <span className="id">{host.uri}</span>
      </td>
    </tr>
  )
}

export const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text)

/** 11003000 is 11.3.0 */
const release = (version: number): string =>
  `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
