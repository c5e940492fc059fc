import { expect, test } from 'vitest'
import { wishesOfInstance } from './properties.ts'

const flavor = { id: null, name: 'm1', vcpus: 1, memoryMiB: 1024, rootDiskGiB: 0, ephemeralDiskGiB: 0 }

test('an instance’s own properties go before those of its flavor; what is not ours is not looked at', () => {
  const extraSpecs = { 'hw:cpu_policy': 'shared', 'landfall:max-pause': '2s', 'landfall:preset': 'gentle' }
  const metadata = { owner: 'ops', 'landfall:max-pause': '10s' }
  expect(wishesOfInstance({ id: 'u1', metadata, flavor: { ...flavor, extraSpecs } })).toEqual({
    'max-pause': '10s',
    preset: 'gentle',
  })
})

test('a property of ours that nobody knows is told, and not passed over', () => {
  const metadata = { 'landfall:max-puase': '10s' }
  expect(() => wishesOfInstance({ id: 'u1', metadata, flavor: { ...flavor, extraSpecs: null } })).toThrow(
    /u1: its property landfall:max-puase is none of/,
  )
})
