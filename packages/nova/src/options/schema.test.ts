import { describe, expect, test } from 'vitest'
import type { Release } from './release.ts'
import { newestRelease, oldestRelease, releases } from './release.ts'
import { novaOptions, optionsOf } from './schema.ts'

/** The default of an option in each release, `-` where it does not exist: what Nova's own sources have. */
const defaults: Readonly<Record<string, string>> = {
  'libvirt.live_migration_downtime': '500'.concat(' 500'.repeat(22)),
  'libvirt.live_migration_progress_timeout': '150 150 150 0 0 0 0'.concat(' -'.repeat(16)),
  'libvirt.live_migration_timeout_action': '-'.concat(' -'.repeat(6), ' abort'.repeat(16)),
  'libvirt.live_migration_permit_post_copy': '- -'.concat(' false'.repeat(21)),
  'libvirt.live_migration_permit_auto_converge': '- -'.concat(' false'.repeat(21)),
  'libvirt.live_migration_tunnelled': '- None'.concat(' false'.repeat(21)),
  'libvirt.live_migration_with_native_tls': '-'.concat(' -'.repeat(6), ' false'.repeat(16)),
  'libvirt.live_migration_inbound_addr': '-'.concat(' None'.repeat(22)),
  'libvirt.live_migration_uri': 'qemu+tcp://%s/system'.concat(' None'.repeat(22)),
  'libvirt.live_migration_parallel_connections': '-'.concat(' -'.repeat(20), ' 1 1'),
  'libvirt.live_migration_monitor_interval': '-'.concat(' -'.repeat(21), ' 5'),
  'DEFAULT.manager_shutdown_timeout': '-'.concat(' -'.repeat(20), ' 160 160'),
  'DEFAULT.graceful_shutdown_timeout': '60'.concat(' 60'.repeat(20), ' 180 180'),
  'DEFAULT.max_concurrent_live_migrations': '1'.concat(' 1'.repeat(22)),
  'DEFAULT.vif_plugging_timeout': '300'.concat(' 300'.repeat(22)),
  'compute.live_migration_wait_for_vif_plug': '-'.concat(' -'.repeat(5), ' false', ' true'.repeat(16)),
}

describe.each(Object.entries(defaults))('%s', (key, told) => {
  test('has the default of each release, and is missing where it was', () => {
    const seen = releases.map(([release]) => {
      const option = optionsOf(release).find(({ group, name }) => `${group}.${name}` === key)
      return option === undefined ? '-' : (option.defaultText ?? 'None')
    })
    expect(seen.join(' ')).toBe(told)
  })
})

describe.each(novaOptions)('$group.$name', ({ periods, deprecated, removed, mutable, meaning }) => {
  test('has periods that follow each other without a gap, and ends where it was removed', () => {
    expect(periods.slice(1).map(({ from }) => from)).toEqual(periods.slice(0, -1).map(({ to }) => to + 1))
    expect(periods.filter(({ from, to }) => from > to)).toEqual([])
    expect(periods[0]?.from).toBeGreaterThanOrEqual(oldestRelease)
    expect(periods.at(-1)?.to).toBe(removed === undefined ? newestRelease : removed.in - 1)
  })

  test('was deprecated and reloadable only while it existed, and says what it does', () => {
    const last = periods.at(-1)?.to ?? 0
    const first = periods[0]?.from ?? 99
    const told = [deprecated?.since, mutable?.from, mutable?.to].filter((release) => release !== undefined)
    expect(told.filter((release) => release < first || release > last)).toEqual([])
    expect(meaning.length).toBeGreaterThan(20)
  })
})

const leastOf = (release: Release, wanted: string): number | undefined => {
  const type = optionsOf(release).find(({ name }) => name === wanted)?.type
  return type?.kind === 'integer' ? type.min : undefined
}

test('bounds are enforced since Pike, of the timeout since Stein', () => {
  expect([leastOf(15, 'live_migration_downtime'), leastOf(16, 'live_migration_downtime')]).toEqual([undefined, 100])
  expect(leastOf(16, 'live_migration_downtime_steps')).toBe(3)
  const timeout = 'live_migration_completion_timeout'
  expect([leastOf(18, timeout), leastOf(19, timeout)]).toEqual([undefined, 0])
})
