import { expect, test } from 'vitest'
import { cannotMakeWritesWait } from './waiting-writes.ts'

const host = (name: string, libvirtVersion: number) => ({ name, libvirtVersion })

test('disk writes wait for their copy where libvirt is 8.0 or newer on both hosts; an older one is named', () => {
  expect(cannotMakeWritesWait(host('a', 8_000_000), host('b', 11_003_000))).toBeNull()
  expect(cannotMakeWritesWait(host('a', 7_010_000), host('b', 11_003_000))?.name).toBe('a')
  expect(cannotMakeWritesWait(host('a', 11_003_000), host('b', 7_010_000))?.name).toBe('b')
})
