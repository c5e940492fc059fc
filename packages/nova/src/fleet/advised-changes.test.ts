import { expect, test } from 'vitest'
import type { Advice, Change } from '../diagnosis/advice/advice.ts'
import { advisedChanges, changeToMake } from './advised-changes.ts'
import { auditFleet } from './fleet-audit.ts'
import { readHostConfig } from './host-config.ts'

function change(...names: readonly string[]): Change {
  const options = names.map((name) => ({ group: 'libvirt' as const, name: `live_migration_${name}`, value: 'true' }))
  return {
    against: 'guest-writes-faster-than-link',
    options,
    fileLines: ['[libvirt]', ...options.map(({ name, value }) => `${name} = ${value}`)],
    readOn: 'source',
    hosts: ['a'],
    takesEffect: 'restart',
    does: '',
    guestFeels: { message: '', stallMs: null, throttle: null },
  }
}
const advice = (...changes: readonly Change[]): Advice => ({ changes, others: [], landfall: null })
const audit = auditFleet(
  [
    readHostConfig(
      { host: 'a', sources: [{ path: 'a.conf', text: '[libvirt]\nlive_migration_permit_post_copy = true\n' }] },
      33,
    ),
    readHostConfig({ host: 'b', sources: [{ path: 'b.conf', text: '' }] }, 33),
  ],
  33,
  64,
)

const postCopy = change('permit_post_copy')
const converge = change('permit_auto_converge')
const other = change('with_native_tls')

test('a change that several migrations ask for is told once, what helps most of them first, with who lacks it', () => {
  const changes = advisedChanges([advice(postCopy), advice(converge, postCopy), advice()], audit)
  expect(changes.map(({ migrations, lack }) => ({ migrations, lack: lack.lack.map(({ host }) => host) }))).toEqual([
    { migrations: [0, 1], lack: ['b'] },
    { migrations: [1], lack: ['a', 'b'] },
  ])
})

test.each([
  [[postCopy, other, converge], converge],
  [[postCopy, other], other],
  [[postCopy], postCopy],
  [[], undefined],
] as const)('where nobody chose, the change is one that loses no guest (%#)', (changes, made) => {
  expect(changeToMake(advisedChanges([advice(...changes)], audit))?.change).toBe(made)
})
