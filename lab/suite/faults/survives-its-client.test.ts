// Whoever started a migration may die: the hosts go on, and the next one who looks takes it over.
import { setLink } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { busyGuest, now, slowLink, useGuest } from '../support/guest.ts'
import { expectExit, jsonOf, landfall, reportOf, start } from '../support/landfall.ts'
import { onHost } from '../support/places.ts'
import { store } from '../support/journals.ts'
import { abortHeld } from '../support/held-copy.ts'
import { expectReport } from '../support/report.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest(busyGuest)
const lab = suiteLab().name
const copying = /pass 1 {2}\d/
const usualLimitMs = 300

beforeAll(() => setLink(lab, slowLink))

const jobOn = (host: string): Promise<unknown> =>
  onHost(host, guest.name, async (domain) => {
    const { type, operation } = await domain.getJobStats()
    return `${operation} ${type}`
  })

test('a migration whose client was killed goes on, and the next watcher lands it', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const first = start(['migrate', guest.name, '--to', to])
  await first.prints(copying)
  first.child.kill('SIGKILL')
  await first.ended
  expect(await jobOn(from)).toBe('migration-out unbounded')

  const second = await landfall(['watch', guest.name, '--json'])
  expectExit(second, 0)
  const report = reportOf(second)
  expectReport(report)
  expect(second.stderr).toMatch(/its driver is gone: steering it from here/)
  // Without a driver it would copy for ever: only a decision ends it.
  expect(report).toMatchObject({ outcome: 'completed', source: from, destination: to })
  expect(report.decisions).not.toEqual([])
  await guest.livesOn(to, beganAt)

  const { exitCode, stderr } = await landfall(['watch', guest.name])
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(/is not being migrated/) })
})

test('of two, one drives and the other only watches; both see the same end', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const driver = start(['migrate', guest.name, '--to', to, '--json'])
  await driver.prints(copying)
  const watcher = start(['watch', guest.name, '--json'])
  const late = await landfall(['migrate', guest.name, '--to', to])
  expectExit(late, 3)
  expect(late.stderr).toMatch(/landfall: .*landfall watch/)

  const [driven, watched] = await Promise.all([driver.ended, watcher.ended])
  expectExit(driven, 0)
  expectExit(watched, 0)
  expect(watched.stderr).toMatch(/driven elsewhere: only watching/)
  const report = reportOf(driven)
  expect(report).toMatchObject({ outcome: 'completed', source: from, destination: to })
  expect(report.decisions).not.toEqual([])
  expect(reportOf(watched)).toEqual(report)
  await guest.livesOn(to, beganAt)
})

test('a migration aborted by another process ends as aborted, and the guest stays', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const driver = start(['migrate', guest.name, '--to', to, '--json', '--post-copy', 'never', '--max-pause', '15s'])
  await driver.prints(copying)
  const abort = await abortHeld(guest.name, { held: '30Mbit', usual: slowLink })
  expect(jsonOf(abort)).toMatchObject({ outcome: 'aborted', reason: { code: 'asked' } })

  const driven = await driver.ended
  expectExit(driven, 4)
  expect(reportOf(driven)).toMatchObject({
    outcome: 'aborted',
    reason: { code: 'asked' },
    source: from,
    destination: to,
  })
  expect((await store().ended({ limit: 1 })).items[0]?.outcome).toBe('aborted')
  await guest.livesOn(from, beganAt)
  expect(await onHost(from, guest.name, (domain) => domain.migrateGetMaxDowntime())).toBe(usualLimitMs)
})

test('a migration whose driver was killed is aborted by whoever asks, and its limit is put back', async () => {
  const beganAt = now()
  const { from, to } = await guest.route()
  const first = start(['migrate', guest.name, '--to', to, '--post-copy', 'never', '--max-pause', '15s'])
  await first.prints(copying)
  first.child.kill('SIGKILL')
  await first.ended
  const abort = await abortHeld(guest.name, { held: '30Mbit', usual: slowLink })
  expect(jsonOf(abort)).toMatchObject({ outcome: 'aborted', source: from, destination: to })
  expect(await jobOn(from)).toMatch(/none$/)
  await guest.livesOn(from, beganAt)
  expect(await onHost(from, guest.name, (domain) => domain.migrateGetMaxDowntime())).toBe(usualLimitMs)
})
