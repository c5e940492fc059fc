import { formatDuration } from '@landfall/core'
import type { Cause, MigrationFinding } from '../finding.ts'

/** What helps where no option of Nova's does. */
export function inWords(
  cause: Cause,
  { from, to, orphan, instance, outcome, shown, releases }: MigrationFinding,
): string[] {
  const source = from ?? 'the source'
  const destination = to ?? 'the destination'
  switch (cause.code) {
    case 'pre-check-failed':
    case 'destination-full':
      return [byCheck(cause.which ?? '', source, destination)]
    case 'source-service-restarted':
      return [
        `restart nova-compute only on hosts without running migrations: openstack server migration list --host ${source} --status running`,
        ...(orphan === null ? [] : [orphan.message]),
      ]
    case 'link-slow':
      return [
        `look at what else uses the link between ${source} and ${destination}, and whether the stream takes the network that is meant for it: live_migration_inbound_addr on ${destination} says which`,
      ]
    case 'hypervisor-error':
      return [`look at libvirtd's and QEMU's logs (/var/log/libvirt/qemu) of ${source} and ${destination} at that time`]
    case 'never-started':
      return [
        'ask for it again; where it is marked as migrating and no migration runs: openstack server set --state active',
      ]
    case 'aborted-by-operator':
      return [
        'who aborted it is in openstack server event list: live_migration_cancel; where it is not, it was done on the host',
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
      const pause = plateauPauseMs === undefined ? '' : ` for ${formatDuration(plateauPauseMs)}`
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

const checks: Readonly<Record<string, string>> = {
  cpu: 'set the same cpu_mode and cpu_models in [libvirt] on both hosts, to a model that both have; guests keep the one that they were started with until they are shut off',
  'shared-storage':
    'ask for a block migration ("auto" from API 2.25 on), or put instances_path on shared storage on both hosts',
  'local-storage': 'ask for no block migration ("auto" from API 2.25 on): its disks are shared',
  'hypervisor-version': 'move it to a host with the same or a newer QEMU and libvirt',
  'service-down': 'start nova-compute there first: openstack compute service list',
  network:
    'see why Neutron sent no network-vif-plugged event in time; its agent on the destination, or live_migration_wait_for_vif_plug in [compute] there',
  'port-binding':
    "see Neutron's log for why the ports cannot be bound on the destination: agent down, physical network not there",
  image: "the destination could not use the instance's image: see the image's properties, or move it by volumes",
  'no-valid-host': "the scheduler's log names the filter that left no host; the request may have asked for one by name",
  disk: 'make room there, or choose another destination',
  memory:
    'make room there, or choose another destination: what other guests really use counts, not only what they were promised',
  resources: 'make room there, or choose another destination',
  port: 'end what holds the ports of [migration_port_min, migration_port_max] in qemu.conf there, or widen the range',
  timeout: 'the message queue or the other nova-compute was too slow: see long_rpc_timeout and its load',
}

const byCheck = (which: string, source: string, destination: string): string =>
  checks[which] ??
  `what it said is of ${destination} or ${source} itself: nothing was copied and the guest was not touched`
