import { readFileSync } from 'node:fs'
import { LandfallError, presetNames } from '@landfall/core'
import { describe, expect, test } from 'vitest'
import type { Host } from '../hosts/host.ts'
import { readConfigFile } from './config-file.ts'
import { readHost } from './host/host-config.ts'

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

const host = '[hosts.a]\nuri = "qemu:///system"\n'

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
    ['an unknown key', '[hosts.a]\nurl = "x"\nuri = "qemu:///system"', /line 2.* hosts\.a: "url" is not known/],
    ['a missing uri', '[hosts.a]\nlink = "1Gbit/s"', /line 1.* hosts\.a\.uri: it is missing/],
    ['another driver', '[hosts.a]\nuri = "http://x"', /line 2.* hosts\.a\.uri: "http:\/\/x" is not the URI/],
    ['nonsense for the others', `${host}peer_uri = "nonsense"`, /line 3.* hosts\.a\.peer_uri: "nonsense" is not/],
    ['a malformed link', `${host}link = "fast"`, /line 3, column 1: hosts\.a\.link: "fast" is not a rate/],
    [
      'a malformed reserve',
      `${host}reserved_memory = "lots"`,
      /line 3.* hosts\.a\.reserved_memory: "lots" is not a size/,
    ],
    [
      'a migration address with a port',
      `${host}migration_address = "b:49152"`,
      /hosts\.a\.migration_address: .*without a port/,
    ],
    ['no host at all', '[hosts]', /names no host/],
    ['an empty file', '', /^f: it names no host$/],
    ['another kind of file', 'a = 1', /line 1, column 1: the file: "a" is not known/],
  ])('%s is said with its place', (_what, text, expected) => {
    expect(problemOf(() => readHostsFile(text, 'f')).message).toMatch(expected)
  })
})

test.each([
  ['', /\[hosts\.NAME\]/],
  ['[hosts.a]\nurl = "x"', /\[hosts\.NAME\] .*peer_uri/],
  ['[other]', /\[hosts\.NAME\] .*\[notify\] and \[oidc\]/],
  ['[server]\nrequests_per_second = 0', /^\[server\] takes listen, /],
  ['[server]\nlisten = "8440"', /^Write it like 127/],
  ['[notify]\nlaunch_waits = 5', /^\[notify\] takes launch_waits, /],
  ['[[notify.webhook]]\nurl = "x"', /^\[\[notify\.webhook\]\] takes name, /],
  ['[oidc]\nissuer = 5', /^\[oidc\] takes issuer, /],
  ['[intent]\nspeed = 5', /^\[intent\] takes preset, /],
])('what to do next is about the table that is wrong: %j', (text, next) => {
  const start = text === '' || text.startsWith('[hosts') ? '' : host
  expect(problemOf(() => readHostsFile(`${start}${text}`, 'f')).next).toMatch(next)
})

test('the file that the Debian package brings is read with all its examples, and names the presets that a file may set', () => {
  const delivered = readFileSync(new URL('../../../../packaging/debian/landfall.toml', import.meta.url), 'utf8')
  const examples = delivered.replaceAll(/^# (?=\[|[a-z_]+ = )/gm, '')
  const { hosts, openStack, notify } = readConfigFile(examples, 'landfall.toml')
  expect(hosts.map(({ name }) => name)).toEqual(['rack1-a', 'rack1-b'])
  expect([openStack, notify]).not.toContain(null)
  const [, presets = ''] = /^preset = "balanced" +# (.+)$/m.exec(examples) ?? []
  expect(presets.split(', ')).toEqual(presetNames)
})

describe('--host', () => {
  test('takes the name before the first equals sign, since URIs have some of their own', () => {
    expect(readHost('a=qemu+unix:///system?socket=/s')).toMatchObject({
      name: 'a',
      uri: 'qemu+unix:///system?socket=/s',
    })
  })

  test.each(['a', '=qemu:///system', 'a=', 'a=http://x'])('%s is refused', (option) => {
    expect(problemOf(() => readHost(option)).code).toBe('bad-config')
  })
})
