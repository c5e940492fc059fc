import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Intent } from '@landfall/core'
import { defaultIntent, plan } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Landfall } from '../../../landfall.ts'
import { openStore } from '../../../store/open-store.ts'
import type { Store } from '../../../store/store.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { plainFacts as facts } from '../../../testing/plain-facts.ts'
import { begin } from '../begin.ts'
import { openRunContext } from '../context.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const namespace = 'http://openstack.org/xmlns/libvirt/nova/1.1'

let world: FakeWorld
let folder: string
let store: Store
beforeEach(() => {
  world = new FakeWorld()
  const metadata = new Map([[namespace, `<nova:instance xmlns:nova='${namespace}'/>`]])
  world.add('host1', { name: 'instance-00000001', uuid, metadata })
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

const hosts = () => [world.facts('host1'), world.facts('host2')]

test.each<[string, Intent]>([
  ['live', defaultIntent],
  ['cold', { ...defaultIntent, onlyCold: true }],
])('no plan moves an instance of Nova’s by libvirt: %s', async (_name, intent) => {
  await using context = openRunContext({ hosts: hosts(), store, dial: world.dial })
  const planned = {
    guest: { name: 'instance-00000001', uuid, persistent: true },
    source: 'host1',
    destination: 'host2',
    intent,
    intentSources: {},
    findings: [],
    facts,
    plan: plan(intent, facts),
    keptThere: null,
    reverts: false,
    probeObstacle: null,
  }
  await expect(begin(context, planned, () => undefined, {})).rejects.toMatchObject({
    code: 'owned-by-nova',
    next: expect.stringContaining(`openstack server migrate --live-migration ${uuid}`),
  })
  expect(world.changes).toBe(0)
  expect(await store.ids()).toEqual([])
})

test('asked to move one, Landfall refuses before anything is measured', async () => {
  await using landfall = new Landfall({ hosts: hosts(), store, dial: world.dial })
  const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'option' } as const
  const asked = landfall.migrate({ guest: uuid, to: 'host2', wanted, confirm: false })
  await expect(asked).rejects.toMatchObject({ code: 'owned-by-nova' })
  expect(await landfall.underWay()).toEqual([])
})
