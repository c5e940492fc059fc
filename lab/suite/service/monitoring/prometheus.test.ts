// The rules checked by promtool, and a real Prometheus that scrapes a real service: npm run test:monitoring
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Monitored, monitoring, one, rules } from './monitored.ts'

const alerts = readFileSync(rules, 'utf8').match(/^ *- alert: /gm)?.length ?? 0

test('promtool takes the rules, and each is told when it should be and not otherwise', () => {
  const checked = spawnSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' })
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining(`SUCCESS: ${alerts} rules found`)])
  const told = spawnSync('promtool', ['test', 'rules', join(monitoring, 'landfall.rules.test.yml')], {
    encoding: 'utf8',
  })
  expect([told.status, told.stdout + told.stderr]).toEqual([0, expect.stringContaining('SUCCESS')])
})

test('a Prometheus scrapes a service, sees that a host is silent, and has every rule in use', async () => {
  await using monitored = new Monitored()
  const { url } = await monitored.service(`[hosts.host1]\nuri = "${monitored.silentUri}"`)
  await monitored.prometheus(url)
  const { ask, valueOf } = monitored
  const patience = { timeout: 60_000 }
  await expect.poll(() => valueOf('up{job="landfall"}'), patience).toMatchObject(one('1'))
  await expect.poll(() => valueOf('landfall_host_up{host="host1"}'), patience).toMatchObject(one('0'))
  await expect.poll(() => valueOf('landfall_store_up'), patience).toMatchObject(one('1'))
  // Evaluated without a fault, and this one found something.
  const health = async (): Promise<unknown> => {
    const { groups } = (await ask('rules')) as {
      readonly groups: readonly { readonly rules: readonly { readonly health: string }[] }[]
    }
    return groups.flatMap((group) => group.rules.map((rule) => rule.health))
  }
  await expect.poll(health, patience).toEqual(Array.from({ length: alerts }, () => 'ok'))
  await expect
    .poll(() => valueOf('ALERTS{alertname="LandfallHostSilent"}'), patience)
    .toMatchObject({ result: [{ metric: { alertstate: 'pending', host: 'host1' } }] })
})
