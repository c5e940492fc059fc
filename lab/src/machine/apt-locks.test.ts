import { expect, test } from 'vitest'

import { holderName, lockInTheWay, parseHeldLock, waitLeftMs, waitOn } from './apt-locks.ts'

const frontend = '/var/lib/dpkg/lock-frontend'
const held = { file: frontend, holder: { pid: 42, program: 'apt-get' } }

test.each([
  [`Waiting for cache lock: Could not get lock ${frontend}. It is held by process 42 (apt-get)...`, held],
  [`E: Could not get lock ${frontend}. It is held by process 42 (apt-get)`, held],
  [`E: Could not get lock ${frontend}. It is held by process 42`, { ...held, holder: { pid: 42, program: null } }],
  [
    `E: Could not get lock ${frontend}. It is held by process 7 (a (b) c)...`,
    { ...held, holder: { pid: 7, program: 'a (b) c' } },
  ],
  [`E: Could not get lock ${frontend} - open (11: Resource temporarily unavailable)`, { ...held, holder: null }],
])('the lock and its holder are read from: %s', (line, expected) => {
  expect(parseHeldLock(line)).toEqual(expected)
})

test.each([
  'Reading package lists...',
  'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
  'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)',
  'E: Could not get lock /var/lib/dpkg/lock-frontend - open (22: Invalid argument)',
])('nothing is waited for by: %s', (line) => {
  expect(parseHeldLock(line)).toBeNull()
})

test('of the errors of one end, the one that names the holder counts', () => {
  const unable = `E: Unable to acquire the dpkg frontend lock (${frontend}), is another process using it?`
  expect(lockInTheWay(`E: Could not get lock ${frontend}. It is held by process 42 (apt-get)\n${unable}\n`)).toEqual(
    held,
  )
  expect(lockInTheWay(`W: some warning\n${unable}\n`)).toEqual({ file: frontend, holder: null })
})

test.each([
  'E: Unable to locate package no-such-package',
  'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
  'W: Could not get lock /some/file. It is held by process 42 (apt-get)',
])('no lock was in the way of: %s', (errors) => {
  expect(lockInTheWay(errors)).toBeNull()
})

test('a holder is named by as much as is known of it', () => {
  expect(holderName(held)).toBe('process 42 (apt-get)')
  expect(holderName({ ...held, holder: { pid: 42, program: null } })).toBe('process 42')
  expect(holderName({ ...held, holder: null })).toBe('another process')
})

test('a wait is told at once, then every 30 s, with whoever holds a lock by then', () => {
  const dpkg = { file: '/var/lib/dpkg/lock', holder: { pid: 43, program: 'dpkg' } }
  const said: string[] = []
  let { wait, say } = waitOn(held, null, 5_000)
  if (say !== null) said.push(`5 s: ${say}`)
  for (let second = 6; second <= 70; second++) {
    ;({ wait, say } = waitOn(second < 20 ? held : dpkg, wait, second * 1000))
    if (say !== null) said.push(`${second} s: ${say}`)
  }
  expect(said).toEqual([
    '5 s: waiting for process 42 (apt-get), which holds /var/lib/dpkg/lock-frontend',
    '35 s: still waiting after 30 s for process 43 (dpkg), which holds /var/lib/dpkg/lock',
    '65 s: still waiting after 60 s for process 43 (dpkg), which holds /var/lib/dpkg/lock',
  ])
})

test('time for waiting runs from the first lock that was held, and not before', () => {
  expect(waitLeftMs(null, 600_000, 900_000)).toBe(600_000)
  const { wait } = waitOn(held, waitOn(held, null, 1_000).wait, 50_000)
  expect(waitLeftMs(wait, 600_000, 101_000)).toBe(500_000)
  expect(waitLeftMs(wait, 600_000, 700_000)).toBe(0)
})
