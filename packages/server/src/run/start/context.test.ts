import { expect, test } from 'vitest'
import type { Host } from '../../hosts/host.ts'
import type { Store } from '../../store/store.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import { openRunContext } from './context.ts'

test('where the hosts change, the session of one that stays is kept, and one that goes is let go of at the end', async () => {
  const world = new FakeWorld()
  const [one, two] = [world.facts('host1'), world.facts('host2')]
  // Nothing is written here.
  await using context = openRunContext({ hosts: [one], store: {} as Store, dial: world.dial })
  const [first] = context.sessions
  const names = (): readonly string[] => context.sessions.map(({ host }) => host.name)
  context.useHosts([two, { ...one }])
  expect(names()).toEqual(['host2', 'host1'])
  expect(context.sessions[1]).toBe(first)
  const moved: Host = { ...one, peerUri: 'qemu+tls://elsewhere/system' }
  context.useHosts([moved])
  expect(context.sessions.map(({ host }) => host)).toEqual([moved])
  // What runs has it still.
  expect(await first?.connection()).toBeDefined()
})
