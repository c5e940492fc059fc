import { expect, test } from 'vitest'
import { migrationId } from './migration-id.ts'

test('an id sorts by time and names the guest', () => {
  const id = migrationId('web1', new Date('2026-11-23T19:05:01.250Z'), Buffer.from([0x3f, 0xa9, 0x0c, 0x1e]))
  expect(id).toBe('20261123T190501Z-web1-3fa90c1e')
})

test('a guest name cannot leave the folder of the journals', () => {
  expect(migrationId('../../etc/x y', new Date(0), Buffer.from([0, 0]))).toBe('19700101T000000Z-.._.._etc_x_y-0000')
})

test('a thousand migrations of a guest within one second have each an id of their own', () => {
  const ids = new Set(Array.from({ length: 1000 }, () => migrationId('web1', new Date(0))))
  expect(ids.size).toBe(1000)
})
