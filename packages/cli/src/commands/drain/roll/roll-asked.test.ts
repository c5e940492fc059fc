import { Option } from 'commander'
import { expect, test } from 'vitest'
import { rollAgain, rollAsked } from './roll-asked.ts'

const known = ['--here', '--reboots', '--to <host>', '--window <from-to>', '--host <name=uri>'].map(
  (flags) => new Option(flags),
)

test('hosts, options and command are told apart, wherever the options stand', () => {
  const typed = ['roll', '--here', 'a', '--to', 'c', 'b', '--to=d', '--reboots', '--', 'up', '--here', '--', 'x']
  expect(rollAsked(['a', 'b', 'up', '--here', '--', 'x'], typed, known)).toEqual({
    hosts: ['a', 'b'],
    command: ['up', '--here', '--', 'x'],
    options: ['--here', '--to', 'c', '--to=d', '--reboots'],
  })
})

test('a roll without a command has none', () => {
  expect(rollAsked(['a'], ['roll', 'a', '--here'], known)).toEqual({ hosts: ['a'], command: [], options: ['--here'] })
})

test.each([
  [['--window', '02:00-04:00'], ['apt-get', '-y', 'upgrade'], '--window 02:00-04:00 b c -- apt-get -y upgrade'],
  [
    ['--host', 'a=qemu+ssh://a/system?no_verify=1'],
    ['./up', '{}', '&&', "it's", '{1,2}', ''],
    `--host 'a=qemu+ssh://a/system?no_verify=1' b c -- ./up {} '&&' 'it'\\''s' '{1,2}' ''`,
  ],
])('it is asked for again with %j and %j for the hosts that are left', (options, command, again) => {
  expect(rollAgain({ hosts: ['a', 'b', 'c'], options, command }, ['b', 'c'], 'command')).toBe(`landfall roll ${again}`)
})

test('where the command has done its work it goes on after that, and where it stops elsewhere it does not', () => {
  const asked = { hosts: ['a', 'b'], options: ['--here'], command: ['up'] }
  const again = rollAgain(asked, ['a', 'b'], 'undrain')
  expect(again).toBe('landfall roll --here --undrain-first a b -- up')
  const resumed = { ...asked, options: ['--here', '--undrain-first'] }
  expect(rollAgain(resumed, ['a', 'b'], 'undrain')).toBe(again)
  expect(rollAgain(asked, ['a', 'b'], 'health')).toBe(again)
  expect(rollAgain(asked, ['a', 'b'], 'restart')).toBe('landfall roll --here a b -- up')
  expect(rollAgain(resumed, ['b'], 'drain')).toBe('landfall roll --here b -- up')
})
