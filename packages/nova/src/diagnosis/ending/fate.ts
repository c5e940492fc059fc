import type { Episode } from '../episodes/episode.ts'
import { all, first, last } from '../episodes/episode.ts'
import { sameHost } from '../episodes/told.ts'
import type { GuestFate, MigrationOutcome, Orphan } from '../finding.ts'
import { meaningOf } from '../meanings/meanings.ts'
import { deletedMeanwhile } from './deleted.ts'
import { endUnexplained } from './outcome.ts'
import { failedBehindCopy, failedThere } from './failed-there.ts'

/** What became of the guest of a migration that did not go as it should; null where it went well, or the log does not go to its end. */
export function fateOf(episode: Episode, outcome: MigrationOutcome, orphan: Orphan | null): GuestFate | null {
  if (outcome === 'completed' || outcome === 'running') return null
  if (orphan !== null) return fate('runs', orphan.host, orphan.next)
  if (outcome === 'unknown' && !endUnexplained(episode)) return unknown(episode)
  return episode.kind === 'cold' ? ofCold(episode, outcome) : ofLive(episode, outcome)
}

const fate = (where: GuestFate['where'], host: string | null, next: string): GuestFate => ({ where, host, next })

const hostsOf = ({ from, to }: Episode): string =>
  from === null && to === null ? 'both hosts' : [from ?? 'the source', to ?? 'the destination'].join(' and ')

const look = (episode: Episode, then: string): string =>
  `virsh list --all on ${hostsOf(episode)} before anything is started; ${then}`

const unknown = (episode: Episode): GuestFate =>
  fate('not-known', null, look(episode, 'start it nowhere while it may run on the other'))

/** The last that was said of the guest on a host since the migration began. */
function lastStateOn(episode: Episode, host: string | null): string | null {
  const here = all(episode, 'lifecycle').filter((told) => host !== null && sameHost(told.host, host))
  return here.at(-1)?.said.state ?? null
}

function ofLive(episode: Episode, outcome: MigrationOutcome): GuestFate {
  if (deletedMeanwhile(episode) !== undefined)
    return fate('runs-nowhere', null, `it was deleted; what is left of it: virsh list --all on ${hostsOf(episode)}`)
  const { from, to } = episode
  const source = lastStateOn(episode, from)
  const there = lastStateOn(episode, to)
  const post = failedThere(episode)
  const died = all(episode, 'libvirt-failure', 'monitor-failure', 'live-failure').some(({ said }) =>
    ['domain-not-running', 'monitor-closed'].includes(meaningOf(said.error)?.which ?? ''),
  )
  const there404 = post !== undefined && /InstanceNotFound|could not be found|no domain/i.test(post.said.error)
  const left = there404 || first(episode, 'job-completed', 'post-started') !== undefined || source === 'Stopped'
  if (died && left && there !== 'Resumed') {
    return fate(
      'runs-nowhere',
      null,
      `virsh list --all on ${hostsOf(episode)} first; then start it where Nova has it: openstack server reboot --hard ${episode.instance}`,
    )
  }
  if (post !== undefined) {
    return fate(
      there404 ? 'not-known' : 'runs',
      there404 ? null : to,
      look(
        episode,
        `where it runs on ${to ?? 'the destination'}: openstack server set --state active ${episode.instance}`,
      ),
    )
  }
  if (outcome === 'refused') {
    return fate('runs', from, 'nothing was copied, and it is as it was')
  }
  if (source === 'Stopped' && there !== 'Resumed') {
    // A source stops its guest behind a copy that succeeded, too: that it is still there takes a line that says so.
    const stayed = first(episode, 'job-cancelled', 'job-failed', 'rolled-back') !== undefined
    return stayed ? fate('stopped', from, look(episode, 'then start it where Nova has it')) : unknown(episode)
  }
  // What had come up on the destination was cleared away there: it is on the source.
  if (there === 'Stopped' && source !== 'Stopped' && !copyWasOver(episode)) return onSource(episode, outcome)
  // libvirt says so only of a guest that runs there: its job had ended, and it had stayed.
  const atStart = first(episode, 'abort-at-start-failed')
  if (atStart !== undefined && /no job is active/i.test(atStart.said.error) && there !== 'Resumed')
    return onSource(episode, outcome)
  const ended = last(episode, 'job-cancelled', 'job-failed', 'rolled-back', 'queued-cancelled', 'reset-at-start')
  if (
    ended !== undefined &&
    !(ended.said.what === 'reset-at-start' && first(episode, 'abort-at-start-failed') !== undefined)
  ) {
    return onSource(episode, outcome)
  }
  return unknown(episode)
}

const copyWasOver = (episode: Episode): boolean =>
  first(episode, 'job-completed', 'post-started', 'post-on-destination') !== undefined || failedBehindCopy(episode)

function onSource(episode: Episode, outcome: MigrationOutcome): GuestFate {
  const { from, instance } = episode
  const inError = all(episode, 'instance-state', 'live-failure', 'monitor-failure').some(
    ({ said }) => said.what !== 'instance-state' || said.state === 'ERROR',
  )
  if (inError) {
    return fate(
      'runs',
      from,
      `Nova may show it in ERROR although it runs: once virsh list on ${from ?? 'the source'} has it, openstack server set --state active ${instance}`,
    )
  }
  return fate(
    'runs',
    from,
    outcome !== 'failed'
      ? 'it stayed there and goes on'
      : 'it stayed there and goes on; ask again once the cause is mended',
  )
}

function ofCold(episode: Episode, outcome: MigrationOutcome): GuestFate {
  const { from } = episode
  if (outcome === 'refused') return fate('runs', from, 'it was not touched: it is as it was')
  if (outcome === 'cancelled') return fate('runs', from, 'it went back to where it came from')
  const off = first(episode, 'cold-power-off', 'shut-down')
  const back = all(episode, 'instance-state').some(({ said }) => said.state === 'ACTIVE')
  if (off === undefined && back) return fate('runs', from, 'it was not shut down')
  if (off === undefined) return unknown(episode)
  return fate(
    'stopped',
    from,
    `its disks are on ${from ?? 'the source'} until Nova says that they were moved: look there (virsh list --all, the folder of the instance), set its state (openstack server set --state active ${episode.instance}), and start it there`,
  )
}
