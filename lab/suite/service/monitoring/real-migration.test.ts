// A real Prometheus while a guest of the laboratory is migrated by the service: npm run test:monitoring
import { readFileSync } from 'node:fs'
import { HttpClient } from '@landfall/api'
import { openLab } from '@landfall/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { raiseForSuite } from '../../laboratory/raise.ts'
import { busyGuest, now, slowLink, useGuest } from '../../support/guest.ts'
import { Monitored, one } from './monitored.ts'

const lab = process.env['LANDFALL_SUITE'] ?? 'monitoring'
let raised: AsyncDisposable
beforeAll(async () => {
  raised = await raiseForSuite(lab, { link: slowLink })
}, 180_000)
afterAll(() => raised[Symbol.asyncDispose]())
const guest = useGuest(busyGuest, lab)

test('a Prometheus sees a migration while it copies, and counts its end', async () => {
  await using monitored = new Monitored()
  const { valueOf } = monitored
  const { url, token } = await monitored.service(readFileSync(openLab(lab).hostsFile, 'utf8'))
  await monitored.prometheus(url)
  const patience = { timeout: 60_000 }
  await expect.poll(() => valueOf('sum(landfall_host_up)'), patience).toMatchObject(one('2'))

  const beganAt = now()
  const { to } = await guest.route()
  const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
  const client = new HttpClient({ url, token })
  const { id } = await client.migrate({ guest: guest.name, to, wanted, confirm: true })
  const sent = `landfall_migration_transferred_bytes{guest="${guest.name}"} > 0`
  await expect.poll(() => valueOf(sent), patience).toMatchObject({ result: [{}] })
  expect(await valueOf('landfall_migrations{status="copying"}')).toMatchObject(one('1'))

  let outcome = ''
  for await (const { update } of client.updates(id)) if (update.kind === 'ended') outcome = update.report.outcome
  expect(outcome).toBe('completed')
  await guest.livesOn(to, beganAt)
  const ended = 'landfall_migrations_ended_total{outcome="completed",reason="landed"}'
  await expect.poll(() => valueOf(ended), patience).toMatchObject(one('1'))
  await expect.poll(() => valueOf('landfall_migration_downtime_seconds_count'), patience).toMatchObject(one('1'))
  await expect.poll(() => valueOf(sent), patience).toEqual(expect.objectContaining({ result: [] }))
  expect(await valueOf('sum(landfall_migrations)')).toMatchObject(one('0'))
  expect(await valueOf('ALERTS')).toMatchObject({ result: [] })
})
