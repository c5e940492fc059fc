import { LandfallError } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import type { Host } from '../hosts/host.ts'
import { readConfigFile, readHost } from './config-file.ts'

const readHostsFile = (text: string, path: string): Host[] => readConfigFile(text, path).hosts

function problemOf(act: () => unknown): LandfallError {
  try {
    act()
  } catch (error) {
    if (error instanceof LandfallError) return error
    throw error
  }
  throw new Error('expected an error')
}

describe('hosts file', () => {
  test('reads every key of a host', () => {
    const text = `[hosts.a]
uri = "qemu+ssh://a/system"
peer_uri = "qemu+tls://a/system"
migration_address = "192.0.2.1"
link = "800Mbit/s"
reserved_memory = "2GiB"
`
    expect(readHostsFile(text, 'f.toml')).toEqual([
      {
        name: 'a',
        uri: 'qemu+ssh://a/system',
        peerUri: 'qemu+tls://a/system',
        migrationAddress: '192.0.2.1',
        linkBytesPerSecond: 100_000_000,
        reservedBytes: 2 * 1024 ** 3,
      },
    ])
  })

  test('the other hosts use the same address where no other is given', () => {
    expect(readHostsFile('[hosts.a]\nuri = "qemu+tcp://a/system"', 'f')[0]).toMatchObject({
      peerUri: 'qemu+tcp://a/system',
      migrationAddress: null,
      linkBytesPerSecond: null,
    })
  })

  test('a broken file names the file and the line', () => {
    const problem = problemOf(() => readHostsFile('[hosts.a]\nuri = \n', 'hosts.toml'))
    expect(problem.code).toBe('bad-config')
    expect(problem.message).toMatch(/^hosts\.toml: line \d/)
    expect(problem.message).not.toContain('\n')
  })

  test.each([
    ['an unknown key', '[hosts.a]\nurl = "x"\nuri = "y:"', /hosts\.a/],
    ['a missing uri', '[hosts.a]\nlink = "1Gbit/s"', /hosts\.a\.uri/],
    ['a malformed link', '[hosts.a]\nuri = "x:"\nlink = "fast"', /hosts\.a: .*fast/],
    [
      'a migration address with a port',
      '[hosts.a]\nuri = "x:"\nmigration_address = "b:49152"',
      /hosts\.a\.migration_address: .*without a port/,
    ],
    ['no host at all', '[hosts]', /names no host/],
    ['another kind of file', 'a = 1', /hosts/],
  ])('%s is said with its place', (_what, text, expected) => {
    expect(problemOf(() => readHostsFile(text, 'f')).message).toMatch(expected)
  })
})

describe('--host', () => {
  test('takes the name before the first equals sign, since URIs have some of their own', () => {
    expect(readHost('a=qemu+unix:///system?socket=/s')).toMatchObject({
      name: 'a',
      uri: 'qemu+unix:///system?socket=/s',
    })
  })

  test.each(['a', '=qemu:///system', 'a='])('%s is refused', (option) => {
    expect(problemOf(() => readHost(option)).code).toBe('bad-config')
  })
})
