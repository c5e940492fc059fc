import { describe, expect, test } from 'vitest'
import type { OptionValue } from '../oslo/option-spec.ts'
import type { Release } from '../options/release.ts'
import { releases } from '../options/release.ts'
import { optionsOf } from '../options/schema.ts'
import { readOslo } from '../oslo/read-oslo.ts'
import { effectOf } from './option-effect.ts'

function effect(
  option: string,
  lines: string,
  { release = 33, guestGiB = 64 }: { release?: Release; guestGiB?: number } = {},
) {
  const readings = readOslo({
    sources: [{ path: 'nova.conf', text: `[libvirt]\n${lines}\n` }],
    environment: {},
    options: optionsOf(release),
  })
  const valueOf = (name: string): OptionValue | undefined => {
    const reading = readings.get(name)
    return reading?.ok === true ? reading.value : undefined
  }
  return effectOf(option, valueOf(option) ?? null, { release, guestGiB, valueOf })
}

describe.each(releases)('of %i (%s)', (release) => {
  test('every option has an effect that can be told in words, with its default too', () => {
    const told = optionsOf(release).map(({ group, name }) => effect(`${group}.${name}`, '', { release }))
    expect(told.filter((sentence) => sentence.length < 10 || /NaN|undefined|null|Infinity/.test(sentence))).toEqual([])
  })
})

test.each([
  ['downtime', '', 'a 64 GiB guest may pause 50 ms at first, and 500 ms only after 13.3 h'],
  [
    'downtime_delay',
    'live_migration_downtime_delay = 3',
    'a 64 GiB guest may pause 50 ms at first, and 500 ms only after 32 min',
  ],
  ['completion_timeout', '', 'a 64 GiB guest is aborted after 14.2 h'],
  ['completion_timeout', 'live_migration_completion_timeout = 0', 'a 64 GiB guest is copied for as long as it takes'],
  [
    'timeout_action',
    'live_migration_timeout_action = force_complete',
    'a 64 GiB guest is forced to complete after 14.2 h: it is paused until the rest is copied',
  ],
  [
    'timeout_action',
    'live_migration_timeout_action = force_complete\nlive_migration_permit_post_copy = on',
    'a 64 GiB guest is forced to complete after 14.2 h: by post-copy',
  ],
  [
    'permit_auto_converge',
    'live_migration_permit_auto_converge = true\nlive_migration_permit_post_copy = true',
    'not used where post-copy is available, which is permitted too',
  ],
  [
    'bandwidth',
    'live_migration_bandwidth = 100',
    'at 100 MiB/s one pass over 64 GiB takes 10.9 min; a guest that writes more never gets there',
  ],
])('live_migration_%s, %j: %s', (name, lines, sentence) => {
  expect(effect(`libvirt.live_migration_${name}`, lines)).toBe(sentence)
})

test('up to Newton the delay was no shorter than 10 s per GiB, whatever was written', () => {
  expect(effect('libvirt.live_migration_downtime_delay', 'live_migration_downtime_delay = 3', { release: 13 })).toMatch(
    /only after 106.7 min$/,
  )
})
