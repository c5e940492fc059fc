import type { OptionSpec, OptionType } from '../oslo/option-spec.ts'
import type { Release } from './release.ts'
import { newestRelease, oldestRelease } from './release.ts'

/** What an option was from one release to another, both included. */
export interface OptionPeriod {
  readonly from: Release
  readonly to: Release
  readonly type: OptionType
  /** As it would be written; null is Python's None. */
  readonly defaultText: string | null
}

/** One of Nova's options that decide how a guest is moved, through its whole life. */
export interface NovaOption {
  readonly group: 'DEFAULT' | 'libvirt' | 'compute'
  readonly name: string
  readonly periods: readonly OptionPeriod[]
  /** Applied by SIGHUP, without a restart, in these releases; null: never. */
  readonly mutable: { readonly from: Release; readonly to: Release } | null
  readonly deprecated?: { readonly since: Release; readonly why: string }
  /** Gone in that release. */
  readonly removed?: { readonly in: Release; readonly why: string }
  /** What it does, to whom. */
  readonly meaning: string
}

const integer = (min?: number): OptionType => ({ kind: 'integer', ...(min === undefined ? {} : { min }) })
const boolean: OptionType = { kind: 'boolean' }
const string: OptionType = { kind: 'string' }

/** The same from a release to the newest. */
const since = (from: Release, type: OptionType, defaultText: string | null): readonly OptionPeriod[] => [
  { from, to: newestRelease, type, defaultText },
]
const period = (from: Release, to: Release, type: OptionType, defaultText: string | null): OptionPeriod => ({
  from,
  to,
  type,
  defaultText,
})

const flags = 'VIR_MIGRATE_UNDEFINE_SOURCE, VIR_MIGRATE_PEER2PEER, VIR_MIGRATE_LIVE, VIR_MIGRATE_TUNNELLED'

/** Nova's live-migration options, 12 (Liberty) to 33 (2026.1); from nova/conf/libvirt.py and compute.py of each release. */
export const novaOptions: readonly NovaOption[] = [
  {
    group: 'libvirt',
    name: 'live_migration_downtime',
    periods: [period(12, 15, integer(), '500'), period(16, newestRelease, integer(100), '500')],
    mutable: null,
    meaning: 'ms; the longest pause that Nova ever asks QEMU for, reached in steps',
  },
  {
    group: 'libvirt',
    name: 'live_migration_downtime_steps',
    periods: [period(12, 15, integer(), '10'), period(16, newestRelease, integer(3), '10')],
    mutable: null,
    meaning: 'in how many steps the pause grows to live_migration_downtime',
  },
  {
    group: 'libvirt',
    name: 'live_migration_downtime_delay',
    periods: [period(12, 15, integer(), '75'), period(16, newestRelease, integer(3), '75')],
    mutable: null,
    meaning: 's per GiB of memory and copied disks between two of those steps',
  },
  {
    group: 'libvirt',
    name: 'live_migration_completion_timeout',
    periods: [period(12, 18, integer(), '800'), period(19, newestRelease, integer(0), '800')],
    mutable: { from: 14, to: newestRelease },
    meaning: 's per GiB after which live_migration_timeout_action is taken; 0 for never',
  },
  {
    group: 'libvirt',
    name: 'live_migration_timeout_action',
    periods: since(19, { kind: 'string', choices: ['abort', 'force_complete'] }, 'abort'),
    mutable: { from: 19, to: newestRelease },
    meaning: 'at the timeout: abort, or force_complete (post-copy where permitted, else the guest is paused)',
  },
  {
    group: 'libvirt',
    name: 'live_migration_progress_timeout',
    periods: [period(12, 14, integer(), '150'), period(15, 18, integer(), '0')],
    mutable: { from: 14, to: 18 },
    deprecated: {
      since: 15,
      why: 'it watched the remaining bytes between passes, a saw-tooth that says nothing there (bug 1644248)',
    },
    removed: { in: 19, why: 'it aborted healthy migrations; nothing took its place' },
    meaning: 's without a new low of the remaining bytes after which the migration was aborted',
  },
  ...(['live_migration_flag', 'block_migration_flag'] as const).map((name): NovaOption => ({
    group: 'libvirt',
    name,
    periods: [period(12, 13, string, flags + (name === 'live_migration_flag' ? '' : ', VIR_MIGRATE_NON_SHARED_INC'))],
    mutable: null,
    deprecated: { since: 13, why: 'live_migration_permit_* and live_migration_tunnelled say it one by one' },
    removed: { in: 14, why: 'since then only live_migration_permit_post_copy and _permit_auto_converge are looked at' },
    meaning: "libvirt's flags of a migration, as names",
  })),
  {
    group: 'libvirt',
    name: 'live_migration_permit_post_copy',
    periods: since(14, boolean, 'false'),
    mutable: null,
    meaning: 'post-copy may be used: only by force_complete since 19',
  },
  {
    group: 'libvirt',
    name: 'live_migration_permit_auto_converge',
    periods: since(14, boolean, 'false'),
    mutable: null,
    meaning: 'QEMU slows the guest in steps up to 99 %; not used where post-copy is permitted and available',
  },
  {
    group: 'libvirt',
    name: 'live_migration_bandwidth',
    periods: since(12, integer(), '0'),
    mutable: null,
    meaning: 'MiB/s that the stream may use; 0 for no limit of its own',
  },
  {
    group: 'libvirt',
    name: 'live_migration_parallel_connections',
    periods: since(33, integer(), '1'),
    mutable: null,
    meaning: 'streams side by side; together with post-copy only with QEMU 10.1 and newer',
  },
  {
    group: 'libvirt',
    name: 'live_migration_tunnelled',
    periods: [period(13, 13, boolean, null), period(14, newestRelease, boolean, 'false')],
    mutable: null,
    deprecated: { since: 23, why: 'native TLS does it without a detour through libvirtd' },
    meaning: "through libvirtd's own connection; disks cannot be copied then",
  },
  {
    group: 'libvirt',
    name: 'live_migration_with_native_tls',
    periods: since(19, boolean, 'false'),
    mutable: null,
    meaning: "QEMU's own TLS for memory and disks",
  },
  {
    group: 'libvirt',
    name: 'live_migration_inbound_addr',
    periods: since(13, string, null),
    mutable: null,
    meaning: 'address at which this host receives migrations; read on the destination',
  },
  {
    group: 'libvirt',
    name: 'live_migration_scheme',
    periods: since(15, string, null),
    mutable: null,
    meaning: "scheme of the destination's URI; tcp where nothing is said",
  },
  {
    group: 'libvirt',
    name: 'live_migration_uri',
    periods: [period(12, 12, string, 'qemu+tcp://%s/system'), period(13, newestRelease, string, null)],
    mutable: null,
    deprecated: { since: 15, why: 'live_migration_scheme and live_migration_inbound_addr say the same' },
    meaning: "the destination's URI; %s is its name or inbound address",
  },
  {
    group: 'DEFAULT',
    name: 'max_concurrent_live_migrations',
    periods: [period(oldestRelease, 19, integer(), '1'), period(20, newestRelease, integer(0), '1')],
    mutable: null,
    meaning: 'out of one host at a time; others wait as "queued"',
  },
  {
    group: 'DEFAULT',
    name: 'live_migration_retry_count',
    periods: since(12, integer(0), '30'),
    mutable: null,
    meaning: 'seconds that the destination waits for network plugs',
  },
  {
    group: 'compute',
    name: 'live_migration_wait_for_vif_plug',
    periods: [period(18, 18, boolean, 'false'), period(19, newestRelease, boolean, 'true')],
    mutable: null,
    meaning: 'whether the copy waits for the destination network; read on the destination',
  },
]

/** Nova's options as a release has them: what {@link readOslo} needs. */
export function optionsOf(release: Release): readonly OptionSpec[] {
  return novaOptions.flatMap(({ group, name, periods }) => {
    const now = periods.find(({ from, to }) => from <= release && release <= to)
    if (now === undefined) return []
    return [{ group, name, type: now.type, ...(now.defaultText === null ? {} : { defaultText: now.defaultText }) }]
  })
}
