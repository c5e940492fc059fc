import type { MigrationUnderWay } from '@landfall/api'
import { formatBytes } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { novaMark } from '../migration/nova/nova-words.ts'
import { roleWords, statusWords, waitingWords } from '../migration/status-words.ts'
import { endsNowhere, etaWords } from '../migration/eta-words.ts'
import { Scroller } from '../parts/scroller.tsx'

/** More than these are found by the search. */
const mostShown = 200

/** What is under way: whether it will end, when, and what it waits for. */
export function UnderWayTable({ migrations, all }: { migrations: readonly MigrationUnderWay[]; all: number }) {
  if (migrations.length === 0)
    return (
      <p className="dim">
        {all === 0 ? 'No migration is under way. ' : `None of the ${all} under way is what you look for.`}
        {all === 0 && <Link to="/plan">Plan one</Link>}
      </p>
    )
  return (
    <>
      <Scroller label="List of migrations under way">
        <table>
          <thead>
            <tr>
              <th scope="col">guest</th>
              <th scope="col">state</th>
              <th scope="col" className="mid">
                from → to
              </th>
              <th scope="col" className="figure">
                to go
              </th>
              <th scope="col" className="figure mid">
                pass
              </th>
              <th scope="col" className="figure mid">
                left
              </th>
              <th scope="col" className="verdict">
                verdict, or what is waited for
              </th>
            </tr>
          </thead>
          <tbody>
            {migrations
              .toSorted(alarmsFirst)
              .slice(0, mostShown)
              .map((migration) => (
                <Row key={migration.id} migration={migration} />
              ))}
          </tbody>
        </table>
      </Scroller>
      {migrations.length > mostShown && (
        <p className="dim">{migrations.length - mostShown} more are under way; the search finds them.</p>
      )}
    </>
  )
}

/** What somebody on duty has to look at stands first; the others stay in their order. */
const alarmsFirst = (one: MigrationUnderWay, other: MigrationUnderWay): number => alarmOf(other) - alarmOf(one)
const alarmOf = ({ status, driver, nova }: MigrationUnderWay): number =>
  status === 'needs-attention' || driver === 'nobody' || (nova?.seen?.differences.length ?? 0) > 0 ? 1 : 0

function Row({ migration }: { migration: MigrationUnderWay }) {
  const { id, guest, source, destination, status, sample, outlook } = migration
  const attention = alarmOf(migration) > 0
  return (
    <tr className="reachable">
      <th scope="row" className="guest">
        <Link to="/migrations/$id" params={{ id }} data-row>
          {guest}
        </Link>
      </th>
      <td className={attention ? 'bad' : ''}>{statusWords[status]}</td>
      <td className="mid">
        {source ?? 'not known'} → {destination ?? 'not known'}
      </td>
      <td className={`figure${sample !== null && endsNowhere(outlook, sample.phase) ? ' warn' : ''}`}>
        {outlook === null || sample === null ? '' : etaWords(outlook, sample.phase)}
      </td>
      <td className="figure mid">{sample === null || sample.pass === 0 ? '' : sample.pass}</td>
      <td className="figure mid">{sample === null || sample.pass === 0 ? '' : formatBytes(sample.remainingBytes)}</td>
      <td className="verdict">
        {verdictOf(migration)}
        <Hands migration={migration} />
      </td>
    </tr>
  )
}

/** Who carries it out and steers it, where that is not Landfall; and what Nova has otherwise than libvirt. */
function Hands({ migration }: { migration: MigrationUnderWay }) {
  const { role, nova } = migration
  const told = novaMark(migration) ?? (role === null ? null : roleWords(role))
  const differences = nova?.seen?.differences ?? []
  return (
    <>
      {told !== null && <span className="dim block">{told}</span>}
      {differences.map(({ what }) => (
        <span key={what} className="bad block">
          {what}
        </span>
      ))}
      {nova !== undefined && nova.silent !== null && <span className="warn block">Nova does not answer</span>}
    </>
  )
}

function verdictOf({ driver, waitingFor, step, outlook, plan }: MigrationUnderWay): string {
  if (driver === 'nobody') return 'nobody drives it: it is taken over'
  if (waitingFor !== null) return waitingWords(waitingFor)
  return outlook?.line ?? step ?? plan?.reason.message ?? ''
}
