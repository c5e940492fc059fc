import { formatDuration } from '@landfall/core'
import type { Cause, Explained, MigrationFinding } from '../finding.ts'
import { cpuAdvice } from './cpu-advice.ts'
import { inboundAddress } from './inbound-address.ts'
import type { WrittenByHost } from './written-options.ts'
import { setLines } from './written-options.ts'

/** What helps where no option of Nova's does. */
export function inWords(cause: Cause, finding: MigrationFinding, written: WrittenByHost = new Map()): string[] {
  const { from, to, instance, outcome, shown, releases } = finding
  const source = from ?? 'the source'
  const destination = to ?? 'the destination'
  if (cause.explained != null) {
    const own = restartAdvice(cause, source)
    return [...own, ...ofExplained(cause.explained, finding, written)]
  }
  switch (cause.code) {
    case 'pre-check-failed':
    case 'destination-full':
      return [`what it said is of ${destination} or ${source} itself: nothing was copied and the guest was not touched`]
    case 'source-service-restarted':
      return restartAdvice(cause, source)
    case 'link-slow':
      return [
        `look at what else uses the link between ${source} and ${destination}, and whether the stream takes the network that is meant for it: ${inboundAddress(releases)} on ${destination} says which`,
      ]
    case 'hypervisor-error':
      return [`look at libvirtd's and QEMU's logs (/var/log/libvirt/qemu) of ${source} and ${destination} at that time`]
    case 'never-started':
      return cause.explained === null
        ? [
            `mend what the exception says; then, once virsh list --all shows where it runs and no migration of it is left: openstack server set --state active ${instance}`,
          ]
        : [
            `ask for it again; where it is marked as migrating and no migration runs: openstack server set --state active ${instance}`,
          ]
    case 'forced-to-complete':
      return [
        `who forced it is in openstack server event list ${instance}: live_migration_force_complete; with live_migration_permit_post_copy it runs on meanwhile`,
      ]
    case 'service-silent':
      return [
        `see whether nova-compute stood still on ${source}: journalctl -u nova-compute (a stop, a freeze, the log's disk full) and the load then; and what Nova says of the migration now: openstack server migration list --server ${instance}`,
      ]
    case 'end-unexplained':
      return [
        `see the log of ${source} before it, and openstack server event list ${instance}: a live_migration_cancel says that somebody ended it`,
      ]
    case 'cleanup-incomplete':
      return [
        `clear away by hand what is named, once no migration of it runs: openstack port list --server ${instance}, openstack volume attachment list, openstack resource provider allocation show ${instance}`,
      ]
    case 'instance-deleted':
      return [`who deleted it is in openstack server event list ${instance}: delete`]
    case 'aborted-by-operator':
      return [
        `who aborted it is in openstack server event list ${instance}: live_migration_cancel; where it is not, it was done on the host`,
      ]
    case 'guest-writes-faster-than-link': {
      // Both came with Newton.
      if (releases !== null && releases.newest < 14) return []
      const postCopy = shown['libvirt.live_migration_permit_post_copy'] === 'true'
      if (postCopy && outcome === 'completed') {
        // Before Stein a timeout always aborted.
        const timeout =
          releases !== null && releases.newest < 19
            ? ''
            : ', or with a lower live_migration_completion_timeout (seconds per GiB)'
        return [
          `post-copy ended it; sooner with openstack server migration force complete ${instance} ID at any time after the first pass${timeout}`,
        ]
      }
      if (outcome !== 'running') return []
      const { plateauPauseMs } = cause.numbers
      const pause =
        plateauPauseMs === undefined
          ? ''
          : ` for ${formatDuration(plateauPauseMs)} to ${formatDuration(2 * plateauPauseMs)}`
      return [
        `if it still runs: openstack server migration force complete ${instance} ID pauses it${pause}, or moves it first where post-copy is permitted; openstack server migration abort ${instance} ID leaves it where it is (ID: openstack server migration list --server ${instance})`,
      ]
    }
    case 'timeout-before-first-pass':
    case 'queued':
    case 'downtime-steps-too-far-apart':
    case 'post-copy-not-permitted':
    case 'aborted-by-timeout':
      return []
  }
}

function restartAdvice({ code }: Cause, source: string): string[] {
  if (code !== 'source-service-restarted') return []
  return [
    `restart nova-compute only on hosts without running migrations: openstack server migration list --host ${source} --status running`,
  ]
}

/** The fix, one command to see whether it is so, and the lines of configuration that belong to it. */
function ofExplained(explained: Explained, finding: MigrationFinding, written: WrittenByHost): string[] {
  const { from, to, releases } = finding
  const hosts = [from, to].filter((host) => host !== null)
  // Where a refusal does not say whose it is, every host at hand may be.
  const lines = setLines(explained.options, hosts.length === 2 ? hosts : [...written.keys()].slice(0, 4), written)
  const set = lines.length === 0 ? '' : `. Set there: ${lines.join('; ')}`
  const fixes = explained.which === 'cpu' && written.size > 0 ? cpuAdvice(written, releases) : [explained.fix]
  return fixes.map((fix) => `${fix}. To see it: ${explained.check}${set}`)
}
