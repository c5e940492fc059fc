// Migrations that are asked of a service, which may die and come back meanwhile.
import { setLink } from '@landfall/lab'
import { beforeAll, describe, expect, test } from 'vitest'
import { busyGuest, now, slowLink, useGuest } from '../support/guest.ts'
import { expectExit, jsonOf, landfall, reportOf, start } from '../support/landfall.ts'
import { expectReport } from '../support/report.ts'
import { serviceConfig, startService, stopService, through, tokenFor } from '../support/service.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest(busyGuest)
beforeAll(() => setLink(suiteLab().name, slowLink))

const copying = /pass 1 {2}\d/

test('a command that asks a service shows the same, and the guest is moved by the service', async () => {
  const service = await startService(serviceConfig('same'))
  const asked = through(service, await tokenFor('operate'))
  const beganAt = now()
  const { from, to } = await guest.route()
  const planned = await landfall(['plan', guest.name, '--to', to, '--json'], asked)
  expectExit(planned, 0)
  expect(planned.stderr).toMatch(/looking for .*\n.*checking .*\n.*measuring/)
  expect(jsonOf(planned)).toMatchObject({ source: from, destination: to, intentSources: {} })

  const moved = await landfall(['migrate', guest.name, '--to', to, '--json'], asked)
  expectExit(moved, 0)
  expectReport(reportOf(moved))
  expect(moved.stderr).toMatch(/Will use .*[^]*started \d{8}T[^]*pass 1/)
  expect(reportOf(moved)).toMatchObject({ outcome: 'completed', source: from, destination: to })
  await guest.livesOn(to, beganAt)
  const read = await landfall(['report', reportOf(moved).id, '--json'], asked)
  expect(jsonOf(read)).toEqual(reportOf(moved))

  const metrics = await fetch(`${service.url}/metrics`, {
    headers: { authorization: `Bearer ${asked.environment.LANDFALL_TOKEN}` },
  })
  expect(await metrics.text()).toMatch(
    /landfall_migrations_ended_total\{outcome="completed",strategy="[a-z-]+",reason="landed"\} 1/,
  )
  const trail = await landfall(['audit', '--json'], { config: null })
  expect(jsonOf(trail)).toMatchObject({
    whole: true,
    entries: expect.arrayContaining([
      expect.objectContaining({
        act: expect.objectContaining({ status: 202, target: `guest=${guest.name} to=${to}` }),
      }),
    ]),
  })
  await stopService(service)
})

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'ended by %s in mid-copy, it takes the migration over at its next start, and who follows it sees the end',
  async (signal) => {
    const first = await startService(serviceConfig('ended'))
    const asked = through(first, await tokenFor('operate'))
    const beganAt = now()
    const { from, to } = await guest.route()
    const follower = start(['migrate', guest.name, '--to', to, '--json'], asked)
    await follower.prints(copying)
    first.process.child.kill(signal)
    expect((await first.process.ended).exitCode).toBe(signal === 'SIGTERM' ? 0 : null)

    // Where the one before was found.
    const second = await startService(serviceConfig('ended', `listen = "${new URL(first.url).host}"`))
    const followed = await follower.ended
    expectExit(followed, 0)
    const report = reportOf(followed)
    expectReport(report)
    expect(report).toMatchObject({ outcome: 'completed', source: from, destination: to })
    expect(second.process.printed).toContain('taken over: its driver is gone')
    await guest.livesOn(to, beganAt)
    expect(jsonOf(await landfall(['report', report.id, '--json'], asked))).toEqual(report)
    await stopService(second)
  },
)

test('what was left by Ctrl-C goes on with the service, and is seen and aborted by another', async () => {
  const service = await startService(serviceConfig('left'))
  const asked = through(service, await tokenFor('operate'))
  const beganAt = now()
  const { from, to } = await guest.route()
  const intent = ['--post-copy', 'never', '--max-slowdown', '99', '--max-pause', '100ms']
  const first = start(['migrate', guest.name, '--to', to, ...intent], asked)
  await first.prints(copying)
  first.child.kill('SIGINT')
  const left = await first.ended
  expectExit(left, 130)
  expect(left.stderr).toMatch(/left to the service, which goes on steering it/)

  const second = await landfall(['migrate', guest.name, '--to', to], asked)
  expectExit(second, 3)
  expect(second.stderr).toMatch(/is being migrated already/)
  const aborted = await landfall(['abort', guest.name, '--json'], asked)
  expectExit(aborted, 0)
  expect(reportOf(aborted)).toMatchObject({ outcome: 'aborted', source: from })
  await guest.livesOn(from, beganAt)
  await stopService(service)
})

describe('who may not', () => {
  test('is told so, and nothing is started', async () => {
    const service = await startService(serviceConfig('refused'))
    const beganAt = now()
    const { from, to } = await guest.route()
    const words = ['migrate', guest.name, '--to', to]
    const reader = await landfall(words, through(service, await tokenFor('read')))
    expectExit(reader, 2)
    expect(reader.stderr).toMatch(/may read, and not operate/)
    const stranger = await landfall(words, through(service, 'landfall_nobody'))
    expectExit(stranger, 2)
    expect(stranger.stderr).toMatch(/not known here/)
    await stopService(service)
    const late = await landfall(words, through(service, 'landfall_nobody'))
    expectExit(late, 6)
    expect(late.stderr).toMatch(/cannot be reached/)
    await guest.livesOn(from, beganAt)
  })
})
