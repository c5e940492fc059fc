import type { Domain } from '@landfall/libvirt'
import { beforeEach, expect, test } from 'vitest'
import { noNova } from '../../../cloud/open-nova.ts'
import { serverError } from '../../../errors.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { abortByNova } from './abort-by-nova.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const metadata = `<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>`
const domain = (more = metadata): Pick<Domain, 'uuid' | 'getXMLDesc'> => ({
  uuid,
  getXMLDesc: () => Promise.resolve(`<domain type='kvm'><name>x</name><uuid>${uuid}</uuid>${more}</domain>`),
})

let nova: FakeNova
beforeEach(() => {
  nova = new FakeNova(uuid)
})

test('a migration of Nova’s is aborted by Nova', async () => {
  nova.moves()
  expect(await abortByNova({ nova: nova.open }, domain())).toBe(true)
  expect(nova.asked).toEqual(['abort 7'])
})

test('libvirt is asked for a guest that is not Nova’s, and for one of which Nova has nothing under way', async () => {
  expect(await abortByNova({ nova: nova.open }, domain(''))).toBe(false)
  expect(await abortByNova({ nova: nova.open }, domain())).toBe(false)
  nova.moves({ status: 'completed' })
  expect(await abortByNova({ nova: nova.open }, domain())).toBe(false)
  expect(nova.asked).toEqual([])
})

test('libvirt is asked where Nova cannot be, or does not take it', async () => {
  expect(await abortByNova({ nova: noNova }, domain())).toBe(false)
  nova.moves()
  nova.refusals.set('abort', serverError('nova-refused', 'no', 'do'))
  expect(await abortByNova({ nova: nova.open }, domain())).toBe(false)
})
