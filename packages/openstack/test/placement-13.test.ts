import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaying } from '../src/testing.ts'
import type { Exchange } from '../src/testing.ts'
import { askPlacement } from './placement-conversation.ts'

// What a real Placement 13 (Debian 13) said to this client; a request that differs from what was recorded fails.
const exchanges = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden/placement-13.json'), 'utf8'),
) as readonly Exchange[]

test('an allocation on the wrong hypervisor is moved as it was read, and not when somebody was faster', async () => {
  const { transport, left } = replaying(exchanges)
  const told = await askPlacement('http://placement:18778', { transport })
  expect(left()).toBe(0)
  expect(told.opened.microversion).toEqual({ major: 1, minor: 37 })
  expect(told.none).toEqual({ resources: {}, projectId: null, userId: null, consumerGeneration: null })
  expect(told.atFirst).toMatchObject({ resources: { [told.host.source]: told.held }, projectId: 'p1', userId: 'u1' })
  expect(told.usages).toEqual(told.held)
  expect(told.tooLate).toMatchObject({ code: 'OPENSTACK_CONFLICT', fault: 'placement.concurrent_update' })
  expect(told.tooLate.requestId).toMatch(/^req-/)
  expect(told.tooMuch).toMatchObject({ code: 'OPENSTACK_CONFLICT', status: 409 })
  expect(told.afterwards.resources).toEqual({ [told.host.destination]: told.held })
  expect(told.named).toMatchObject([{ id: told.host.destination, name: 'destination', parentId: null }])
  expect(told.all.map(({ name }) => name).sort()).toEqual(['destination', 'source'])
  expect(told.inventories['MEMORY_MB']).toMatchObject({ total: 24_000, reserved: 512, allocationRatio: 1 })
  expect(told.allocationsOn).toEqual({ [told.server]: told.held })
})
