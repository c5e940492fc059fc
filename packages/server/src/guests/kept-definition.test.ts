import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { Landfall } from '../landfall.ts'
import { findGuest } from './find-guest.ts'
import { FakeWorld } from '../testing/fake-hosts.ts'
import { keptMarkOf, writeKeptMark } from './kept-mark.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const wanted = { settings: {}, cold: true, novaConfig: [], namedAs: 'option' } as const

let world: FakeWorld
let folder: string
let landfall: Landfall

/** As a cold migration m1 from host1 to host2 leaves it. */
beforeEach(async () => {
  world = new FakeWorld()
  world.add('host1', { name: 'web1', uuid, state: 'shutoff' })
  world.add('host2', { name: 'web1', uuid })
  await mark('host2')
  folder = mkdtempSync(join(tmpdir(), 'landfall-kept-'))
  const hosts = [world.facts('host1'), world.facts('host2')]
  landfall = new Landfall({ hosts, store: openStore(folder), dial: world.dial })
})
afterEach(() => rmSync(folder, { recursive: true }))

async function mark(to: string): Promise<void> {
  const domain = await world.session('host1').find(uuid)
  if (domain === null) throw new Error('host1 has no definition')
  await writeKeptMark(domain, { migration: 'm1', from: 'host1', to, at: '2026-01-01T00:00:00Z', autostart: false })
}

test('a kept definition is not taken for the guest', async () => {
  const sessions = [world.session('host1'), world.session('host2')]
  expect((await findGuest(sessions, 'web1')).session.host.name).toBe('host2')
  world.add('host2', { name: 'web1', uuid, state: 'shutoff' })
  expect((await findGuest(sessions, uuid)).session.host.name).toBe('host2')
})

test('a kept definition that somebody started makes two guests of it: neither is picked', async () => {
  world.add('host1', { name: 'web1', uuid, state: 'running' })
  const sessions = [world.session('host1'), world.session('host2')]
  await expect(findGuest(sessions, 'web1')).rejects.toMatchObject({ code: 'ambiguous-guest' })
  await expect(landfall.confirm('web1')).rejects.toMatchObject({ code: 'nothing-kept' })
})

describe('confirm', () => {
  test('removes it, and tells where the guest is', async () => {
    expect(await landfall.confirm('web1')).toEqual([
      { migration: 'm1', guest: 'web1', removedFrom: 'host1', livesOn: 'host2' },
    ])
    expect(world.hosts.host1.size).toBe(0)
    expect(world.runsOn(uuid)).toEqual(['host2'])
  })

  test.each<[string, string, () => void]>([
    ['it is the only one that is left', 'only-definition', () => world.hosts.host2.clear()],
    ['the guest does not run', 'not-running', () => world.add('host2', { name: 'web1', uuid, state: 'shutoff' })],
    [
      'the guest runs without a definition of its own',
      'only-definition',
      () => world.add('host2', { name: 'web1', uuid, persistent: false }),
    ],
    ['the host that may have the guest is silent', 'host-unreachable', () => world.silent.add('host2')],
    ['nothing is kept', 'nothing-kept', () => world.hosts.host1.clear()],
  ])('removes nothing where %s', async (_case, code, change) => {
    change()
    const before = world.changes
    await expect(landfall.confirm('web1')).rejects.toMatchObject({ code })
    expect(world.changes).toBe(before)
  })
})

describe('a revert', () => {
  test.each<[string, string, () => unknown]>([
    ['the guest is not where that migration left it', 'moved-on', () => mark('host9')],
    ['nothing is kept', 'nothing-kept', () => world.hosts.host1.clear()],
    ['the host that may keep it is silent', 'host-unreachable', () => world.silent.add('host1')],
  ])('is refused where %s', async (_case, code, change) => {
    await change()
    const before = world.changes
    await expect(landfall.revert({ migration: 'web1', wanted })).rejects.toMatchObject({ code })
    expect(world.changes).toBe(before)
  })

  test('that is refused leaves the mark', async () => {
    await mark('host9')
    await expect(landfall.revert({ migration: 'web1', wanted })).rejects.toMatchObject({ code: 'moved-on' })
    const domain = await world.session('host1').find(uuid)
    expect(domain === null ? null : await keptMarkOf(domain, 'host1')).toMatchObject({ migration: 'm1' })
  })
})
