import { checkGuest, readProgress, waitForProgress } from '@landfall/lab'
import { expect, inject, test } from 'vitest'
import { now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { placesOf } from './support/places.ts'

const guest = useGuest({ name: 'restarts', memory: '256MiB', writeSet: '120MiB', writeRate: 'max' })
const lab = inject('labName')
const notLive = ['--post-copy', 'never', '--max-pause', '50ms', '--max-slowdown', '0']

test('with leave to restart it, a guest that cannot be moved live is shut down, moved and started', async () => {
  const { from, to } = await guest.route()
  const beganAt = now()
  const bootBefore = (await readProgress(lab, guest.name)).at(-1)?.bootId
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', ...notLive, '--fallback', 'cold'])
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

test('asked for, it is done to a guest that could have moved live too', async () => {
  const { from, to } = await guest.route()
  const bootBefore = (await readProgress(lab, guest.name)).at(-1)?.bootId
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', '--cold', '--shutdown-timeout', '1m'])
  expectExit(finished, 0)
  expect(reportOf(finished)).toMatchObject({ outcome: 'completed', strategy: 'cold', source: from, destination: to })
  expect((await waitForProgress(lab, guest.name, { deadlineMs: 60_000 })).bootId).not.toBe(bootBefore)
  expect(await placesOf(guest.name)).toEqual([
    { host: to, state: 'running', active: true, persistent: true, moving: false },
  ])
})
