import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverError } from '../../../errors.ts'
import { permitted, TriedWorld } from '../../../testing/tried-world.ts'
import { begin } from '../begin.ts'

const namespace = 'http://openstack.org/xmlns/libvirt/nova/1.1'

let world: TriedWorld
beforeEach(async () => {
  world = await TriedWorld.listen()
  world.hosts.metadata = `<metadata><nova:instance xmlns:nova='${namespace}'/></metadata>`
})
afterEach(() => world[Symbol.asyncDispose]())

const begun = (assertMayMove: () => Promise<void>, part: Parameters<TriedWorld['planned']>[1] = {}) =>
  begin(world.context, world.planned(permitted, part), () => undefined, { id: 'm1', assertMayMove })

test('an instance of Nova’s is sent back by libvirt where the facts permit it', async () => {
  const { ended } = await begun(() => Promise.resolve())
  expect((await ended).outcome).toBe('completed')
  expect([world.calls, world.hosts.at]).toEqual([1, 1])
})

test('facts that changed since it was planned keep it where it is', async () => {
  const refusal = serverError('repair-refused', 'it is on two hosts', 'look')
  await expect(begun(() => Promise.reject(refusal))).rejects.toBe(refusal)
  expect([world.calls, await world.store.ids()]).toEqual([0, []])
})

test('it is never sent back cold', async () => {
  const plan = { ...world.planned(permitted).plan, strategy: 'cold' } as const
  await expect(begun(() => Promise.resolve(), { plan })).rejects.toMatchObject({ code: 'owned-by-nova' })
})
