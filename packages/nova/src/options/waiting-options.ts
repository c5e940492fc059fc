import type { NovaOption } from './nova-option.ts'
import { boolean, integer, period, since } from './nova-option.ts'
import { newestRelease, oldestRelease } from './release.ts'

/** What a migration waits for before it copies. */
export const waitingOptions: readonly NovaOption[] = [
  {
    group: 'DEFAULT',
    name: 'max_concurrent_live_migrations',
    periods: [period(oldestRelease, 19, integer(), '1'), period(20, newestRelease, integer(0), '1')],
    mutable: null,
    meaning: 'out of one host at a time; others wait as "queued"',
    effect: (_setting, value) => {
      if (typeof value !== 'number' || value < 1)
        return 'any number of guests leave this host at a time and share its link'
      return value === 1
        ? 'one guest leaves this host at a time, the next waits as "queued" however long that takes'
        : `${value} guests leave this host at a time and share its link, the next waits as "queued"`
    },
    obeyed: {
      becomes:
        "`migrate` waits, and says for what, while that many of this controller's live migrations leave the guest's host; Ctrl-C gives up. The plan is made after the wait",
      means: ({ number }) => {
        const most = number('DEFAULT.max_concurrent_live_migrations')
        return most > 0 ? `waits while ${most} ${most === 1 ? 'leaves' : 'leave'} its host` : 'any number at once'
      },
    },
  },
  {
    group: 'DEFAULT',
    name: 'live_migration_retry_count',
    periods: since(12, integer(0), '30'),
    mutable: null,
    meaning: 'seconds that the destination waits for network plugs',
    effect: (_setting, value) =>
      `the destination waits for up to ${String(value ?? 30)} s for the guest's network plugs`,
  },
  {
    group: 'compute',
    name: 'live_migration_wait_for_vif_plug',
    periods: [period(18, 18, boolean, 'false'), period(19, newestRelease, boolean, 'true')],
    mutable: null,
    meaning: 'whether the copy waits for the destination network; read on the destination',
    effect: (_setting, value) =>
      value === true
        ? 'copying begins once the network at the destination is there'
        : 'copying does not wait for the network',
  },
  {
    group: 'DEFAULT',
    name: 'vif_plugging_timeout',
    periods: since(12, integer(0), '300'),
    mutable: null,
    meaning: 'seconds that a migration waits for the destination network to say that it is plugged; 0 for not at all',
    effect: (_setting, value) =>
      value === 0
        ? 'copying does not wait for word of the network at the destination'
        : `copying waits for up to ${String(value ?? 300)} s for word of the network at the destination`,
  },
  {
    group: 'DEFAULT',
    name: 'graceful_shutdown_timeout',
    periods: [period(oldestRelease, 32, integer(0), '60'), period(33, newestRelease, integer(0), '180')],
    mutable: null,
    meaning: 'seconds that a service which is told to stop may take',
    effect: ({ release }, value) =>
      release >= 33
        ? `a nova-compute that is told to stop has ${String(value ?? 180)} s for all that it is doing; a migration that takes longer is left unwatched`
        : 'a nova-compute that is told to stop waits for no migration: the copy goes on unwatched',
  },
  {
    group: 'DEFAULT',
    name: 'manager_shutdown_timeout',
    periods: since(33, integer(0), '160'),
    mutable: null,
    meaning: 'seconds that a nova-compute which is told to stop waits for what it is doing, migrations among it',
    effect: ({ release }, value) => {
      const seconds = typeof value === 'number' ? value : 160
      // 2026.1 sleeps for so long, whatever it is doing; 2026.2 keeps 20 s of it for itself.
      const waits = release === 33 ? seconds : seconds - Math.min(20, seconds)
      return waits === 0
        ? 'a nova-compute that is told to stop waits for no migration'
        : `a nova-compute that is told to stop waits ${waits} s for its migrations; one that takes longer is left unwatched`
    },
  },
]
