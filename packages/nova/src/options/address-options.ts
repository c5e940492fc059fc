import type { NovaOption } from './nova-option.ts'
import { period, since, string } from './nova-option.ts'
import { newestRelease } from './release.ts'

/** Where it is carried to. */
export const addressOptions: readonly NovaOption[] = [
  {
    group: 'libvirt',
    name: 'live_migration_inbound_addr',
    periods: since(13, string, null),
    mutable: null,
    meaning: 'address at which this host receives migrations; read on the destination',
    effect: (_setting, value) =>
      value === null
        ? "guests come in by the host's name, over whatever network that is"
        : `guests come in at ${String(value)}`,
    obeyed: {
      becomes:
        'shown, not used: it belongs to the destination, for which `migration_address` in the [hosts file](#hosts) says it',
      means: () =>
        'not read off here: migration_address of the destination in the hosts file says where its memory is sent to',
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_scheme',
    periods: since(15, string, null),
    mutable: null,
    meaning: "scheme of the destination's URI; tcp where nothing is said",
    effect: (_setting, value) => `the destination's libvirtd is reached by ${String(value ?? 'tcp')}`,
  },
  {
    group: 'libvirt',
    name: 'live_migration_uri',
    periods: [period(12, 12, string, 'qemu+tcp://%s/system'), period(13, newestRelease, string, null)],
    mutable: null,
    deprecated: { since: 15, why: 'live_migration_scheme and live_migration_inbound_addr say the same' },
    meaning: "the destination's URI; %s is its name or inbound address",
    effect: (_setting, value) =>
      value === null
        ? 'made of scheme and inbound address'
        : `the destination's libvirtd is reached at ${String(value)}`,
  },
]
