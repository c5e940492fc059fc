import type { NovaOption, ObeySetting } from './nova-option.ts'
import { boolean, libvirt, period, since, string } from './nova-option.ts'

const flags = 'VIR_MIGRATE_UNDEFINE_SOURCE, VIR_MIGRATE_PEER2PEER, VIR_MIGRATE_LIVE, VIR_MIGRATE_TUNNELLED'

/** Nova leaves the throttle out where post-copy is permitted. */
const mayThrottle = ({ flag }: ObeySetting): boolean =>
  flag(libvirt('permit_auto_converge')) && !flag(libvirt('permit_post_copy'))

/** What may be done to a guest that writes faster than the link carries. */
export const permissionOptions: readonly NovaOption[] = [
  ...(['live_migration_flag', 'block_migration_flag'] as const).map((name): NovaOption => ({
    group: 'libvirt',
    name,
    periods: [period(12, 13, string, flags + (name === 'live_migration_flag' ? '' : ', VIR_MIGRATE_NON_SHARED_INC'))],
    mutable: null,
    deprecated: { since: 13, why: 'live_migration_permit_* and live_migration_tunnelled say it one by one' },
    removed: { in: 14, why: 'since then only live_migration_permit_post_copy and _permit_auto_converge are looked at' },
    meaning: "libvirt's flags of a migration, as names",
    effect: () =>
      name === 'live_migration_flag'
        ? 'tells libvirt how to migrate: VIR_MIGRATE_AUTO_CONVERGE among the flags slows the guest'
        : 'the same where disks are copied',
  })),
  {
    group: 'libvirt',
    name: 'live_migration_permit_post_copy',
    periods: since(14, boolean, 'false'),
    mutable: null,
    meaning: 'post-copy may be used: only by force_complete since 19',
    effect: ({ release }, value) =>
      value === true
        ? `${release >= 19 ? 'only when it is forced to complete, by hand or by the timeout,' : 'when a pass gains less than a tenth,'} a guest goes on at the destination and fetches what it lacks; until the end it needs both hosts`
        : 'a guest that writes faster than the link never gets there this way',
    obeyed: {
      becomes: '`--post-copy if-needed`, else `never`',
      field: 'postCopy',
      means: ({ flag }) => (flag(libvirt('permit_post_copy')) ? 'post-copy if needed' : 'no post-copy'),
      intent: ({ flag }) => ({ postCopy: flag(libvirt('permit_post_copy')) ? 'if-needed' : 'never' }),
      asNova: ({ postCopy }) => (postCopy ? 'armed, and used by the timeout alone' : 'no post-copy'),
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_permit_auto_converge',
    periods: since(14, boolean, 'false'),
    mutable: null,
    meaning: 'QEMU slows the guest in steps up to 99 %; not used where post-copy is permitted and available',
    effect: ({ flag }, value) => {
      if (value !== true) return 'a guest that writes faster than the link is copied until the timeout'
      return flag(libvirt('permit_post_copy'))
        ? 'not used where post-copy is available, which is permitted too'
        : 'QEMU takes 20 % of the CPU time of a guest that does not get there, then 10 % more after every two passes that gain too little, 99 % at most'
    },
    obeyed: {
      becomes: 'a throttle of up to 99 %, computed instead of ramped; not beside post-copy, as in Nova',
      field: 'maxSlowdownPercent',
      means: (setting) => (mayThrottle(setting) ? 'a throttle up to 99 %, computed instead of ramped' : 'no throttle'),
      intent: (setting) => ({ maxSlowdownPercent: mayThrottle(setting) ? 99 : 0 }),
      asNova: ({ autoConverge }) =>
        autoConverge ? "QEMU's own throttle: 20 %, 10 more each time, up to 99" : 'no throttle',
    },
  },
]
