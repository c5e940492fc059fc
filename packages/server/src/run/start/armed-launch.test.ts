import { expect, test } from 'vitest'
import { armedLaunchOf } from './armed-launch.ts'

const capabilities = (on: readonly string[]) =>
  ['xbzrle', 'auto-converge', 'postcopy-ram', 'multifd', 'events'].map((capability) => ({
    capability,
    state: on.includes(capability),
  }))
// As QEMU 10 answers, but for what nobody asks.
const parameters = {
  'cpu-throttle-initial': 20,
  'cpu-throttle-increment': 10,
  'multifd-channels': 2,
  'multifd-compression': 'none',
  'max-bandwidth': 9223372036853727232,
  'tls-creds': '',
}

test('what a launch armed is told apart from what it could have', () => {
  expect(armedLaunchOf(capabilities(['events', 'postcopy-ram']), parameters)).toEqual({
    postCopy: true,
    autoConverge: null,
    parallelConnections: null,
    compression: null,
    bandwidthMiBps: null,
    tls: false,
  })
})

test('a throttle, streams, compression, a limit and TLS as they were set', () => {
  const set = {
    ...parameters,
    'cpu-throttle-initial': 60,
    'multifd-channels': 4,
    'multifd-compression': 'zstd',
    'max-bandwidth': 100 * 2 ** 20,
    'tls-creds': 'objlibvirt_migrate_tls0',
  }
  expect(armedLaunchOf(capabilities(['auto-converge', 'multifd']), set)).toEqual({
    postCopy: false,
    autoConverge: { initialPercent: 60, incrementPercent: 10 },
    parallelConnections: 4,
    compression: 'zstd',
    bandwidthMiBps: 100,
    tls: true,
  })
})

test('an answer that is none of QEMU’s is an error, not a launch that armed nothing', () => {
  expect(() => armedLaunchOf({ error: 'busy' }, parameters)).toThrow('expected array')
})
