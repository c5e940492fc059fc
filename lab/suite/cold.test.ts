import { checkGuest, readProgress, setLink, waitForProgress } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { now, useGuest } from './support/guest.ts'
import { store } from './support/journals.ts'
import { expectExit, jsonOf, landfall, reportOf } from './support/landfall.ts'
import { onHost, placesOf } from './support/places.ts'
import { suiteLab } from './support/suite-lab.ts'

const guest = useGuest({
  name: 'restarts',
  memory: '64MiB',
  writeSet: '40MiB',
  writeRate: '80MiB',
  rewrite: 'pages',
})
const lab = suiteLab().name
// No memory is sent over it: also a guest that a busy machine hardly lets write writes faster than that.
beforeAll(() => setLink(lab, '10Mbit'))
const notLive = ['--post-copy', 'never', '--max-pause', '50ms', '--max-slowdown', '0']

test('with leave to restart it, a guest that cannot be moved live is shut down, moved and started', async () => {
  const { from, to } = await guest.route()
  const beganAt = now()
  const bootBefore = (await readProgress(lab, guest.name)).at(-1)?.bootId
  const finished = await landfall([
    'migrate',
    guest.name,
    '--to',
    to,
    '--json',
    ...notLive,
    '--fallback',
    'cold',
    '--confirm',
  ])
  expectExit(finished, 0)
  expect(reportOf(finished)).toMatchObject({ outcome: 'completed', strategy: 'cold', source: from, destination: to })

  // It was asked, not forced: it told so itself. It has booted anew, on one host, with the volume it had.
  expect(finished.stderr).toMatch(/asking restarts to shut down/)
  const sample = await waitForProgress(lab, guest.name, { deadlineMs: 60_000 })
  expect(sample.bootId).not.toBe(bootBefore)
  expect(await placesOf(guest.name)).toEqual([
    { host: to, state: 'running', active: true, persistent: true, moving: false },
  ])
  await waitForProgress(lab, guest.name)
  expect(await checkGuest(lab, guest.name, beganAt)).toMatchObject({ alive: true, wrongPages: 0, wrongBlocks: 0 })
})

test('without that leave it is refused and runs on', async () => {
  const { from, to } = await guest.route()
  const beganAt = now()
  expect((await landfall(['migrate', guest.name, '--to', to, ...notLive])).exitCode).toBe(3)
  await guest.livesOn(from, beganAt)
})

test('asked for, it is done to a guest that could have moved live too; what it left behind brings it back', async () => {
  const { from, to } = await guest.route()
  const bootBefore = (await readProgress(lab, guest.name)).at(-1)?.bootId
  await onHost(from, guest.name, (domain) => domain.setAutostart(true))
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', '--cold', '--shutdown-timeout', '1m'])
  expectExit(finished, 0)
  const report = reportOf(finished)
  expect(report).toMatchObject({ outcome: 'completed', strategy: 'cold', source: from, destination: to, keptOn: from })
  const booted = (await waitForProgress(lab, guest.name, { deadlineMs: 60_000 })).bootId
  expect(booted).not.toBe(bootBefore)

  // What is kept is off, does not start with its host, and is nobody's guest.
  expect((await placesOf(guest.name)).toSorted((a, b) => Number(a.active) - Number(b.active))).toEqual([
    { host: from, state: 'shutoff', active: false, persistent: true, moving: false },
    { host: to, state: 'running', active: true, persistent: true, moving: false },
  ])
  expect(await onHost(from, guest.name, (domain) => domain.getAutostart())).toBe(false)
  expect(await onHost(to, guest.name, (domain) => domain.getAutostart())).toBe(true)
  const again = await landfall(['migrate', guest.name, '--to', to, '--cold'])
  expectExit(again, 2)
  expect(again.stderr).toMatch(`${guest.name} is on ${to} already`)

  const reverted = await landfall(['revert', report.id, '--json'])
  expectExit(reverted, 0)
  expect(reportOf(reverted)).toMatchObject({ outcome: 'completed', source: to, destination: from })
  // It has been seen to shut down and to be started: that is predicted now.
  const { facts } = (await store().read(reportOf(reverted).id))?.record ?? {}
  expect(facts?.coldTimes).toEqual({ shutdownMs: expect.any(Number), startMs: expect.any(Number) })
  expect((await waitForProgress(lab, guest.name, { deadlineMs: 60_000 })).bootId).not.toBe(booted)
  expect(await placesOf(guest.name)).toEqual([
    { host: from, state: 'running', active: true, persistent: true, moving: false },
  ])
  expect(await onHost(from, guest.name, (domain) => domain.getAutostart())).toBe(true)
  await onHost(from, guest.name, (domain) => domain.setAutostart(false))
  // It may still be filling its memory.
  await waitForProgress(lab, guest.name, { deadlineMs: 60_000 })
  expect(await checkGuest(lab, guest.name, now())).toMatchObject({ alive: true, wrongPages: 0, wrongBlocks: 0 })
})

test('once it is confirmed, nothing is left behind, and there is no way back', async () => {
  const { from, to } = await guest.route()
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', '--cold'])
  expectExit(finished, 0)
  const { id } = reportOf(finished)
  const confirmed = await landfall(['confirm', guest.name, '--json'])
  expectExit(confirmed, 0)
  expect(jsonOf(confirmed)).toEqual({
    confirmed: [{ migration: id, guest: guest.name, removedFrom: from, livesOn: to }],
  })
  expect(await placesOf(guest.name)).toEqual([
    { host: to, state: 'running', active: true, persistent: true, moving: false },
  ])
  expectExit(await landfall(['revert', id]), 2)
  await waitForProgress(lab, guest.name, { deadlineMs: 60_000 })
})
