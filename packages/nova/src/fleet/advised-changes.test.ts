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
const advice = (...changes: readonly Change[]): Advice => ({ changes, made: [], others: [], landfall: null })
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
const timeout = change('progress_timeout')
const pause = change('timeout_action')

test('a change that several migrations ask for is told once, what helps most of them first, with who lacks it', () => {
  const changes = advisedChanges([advice(postCopy), advice(converge, postCopy), advice()], audit)
  expect(changes.map(({ migrations, lack }) => ({ migrations, lack: lack.lack.map(({ host }) => host) }))).toEqual([
    { migrations: [0, 1], lack: ['b'] },
    { migrations: [1], lack: ['a', 'b'] },
  ])
})

test.each([
  [[postCopy, pause, timeout, converge], converge],
  [[postCopy, timeout], timeout],
])('where nobody chose, the change is one that neither stops nor loses a guest (%#)', (changes, made) => {
  expect(changeToMake([advice(...changes)], audit)).toMatchObject({ what: 'change', advised: { change: made } })
})

test('a pause and post-copy have to be named', () => {
  expect(changeToMake([advice(postCopy, pause)], audit)).toMatchObject({ what: 'has-to-be-named', advised: [{}, {}] })
  expect(changeToMake([], audit)).toEqual({ what: 'nothing' })
})

test('what is made already stays the answer: the next way is not taken by itself', () => {
  const after = { ...advice(postCopy, pause), made: [converge] }
  expect(changeToMake([after], audit)).toMatchObject({ what: 'change', advised: { change: converge } })
})
