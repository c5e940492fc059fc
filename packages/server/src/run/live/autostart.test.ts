import { DaemonError, remote } from '@landfall/libvirt/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TriedWorld } from '../../testing/tried-world.ts'

let world: TriedWorld
beforeEach(async () => {
  world = await TriedWorld.listen()
})
afterEach(() => world[Symbol.asyncDispose]())

test('a guest that started with its host does so on its destination, whoever brings the migration to its end', async () => {
  world.hosts.startsWith[0] = true
  expect((await (await world.beginWith()).ended).outcome).toBe('completed')
  expect(world.hosts.startsWith[1]).toBe(true)
  expect((await world.store.read('m1'))?.record.autostart).toBe(true)
})

test('one that did not does not', async () => {
  expect((await (await world.beginWith()).ended).outcome).toBe('completed')
  expect(world.hosts.startsWith[1]).toBe(false)
})

test('where it cannot be had to, the report says what to type', async () => {
  world.hosts.startsWith[0] = true
  world.hosts.daemons[1].respond(remote.domainSetAutostart, () => {
    throw new DaemonError('VIR_ERR_OPERATION_DENIED', 'not permitted')
  })
  const report = await (await world.beginWith()).ended
  expect(report).toMatchObject({
    outcome: 'completed',
    notPutBack: [expect.stringMatching(/not permitted\): on host2 run "virsh autostart web1"$/)],
  })
})
