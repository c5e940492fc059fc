import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { HypervisorsGiven } from './find-hypervisors.ts'
import { findHypervisors } from './find-hypervisors.ts'
import { parseSshTarget, sshArguments } from '../ssh/ssh-source.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-find-'))
afterAll(() => rmSync(root, { recursive: true }))

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
}
put('fleet/cmp1/nova.conf', 'fleet/cmp2/opt/pf9/etc/nova/conf.d/nova.conf', 'fleet/notes/readme.txt')
put('run/nova-compute-nova1.log', 'run/nova-compute-nova2.log', 'run/nova-conductor.log', 'empty/x.txt')

const find = (given: Partial<HypervisorsGiven>): string[] =>
  findHypervisors({ paths: [], named: [], configs: [], ...given }).map(
    ({ host, places }) => `${host}: ${places.map((place) => JSON.stringify(place).replaceAll(root, '')).join(' ')}`,
  )

describe('which hosts there are', () => {
  test('a folder with their files is one, named after it', () => {
    expect(find({ paths: [join(root, 'fleet/cmp1')] })).toEqual(['cmp1: {"kind":"folder","folder":"/fleet/cmp1"}'])
  })

  test('a folder of such folders is all of them; what is nothing of a host is left out', () => {
    expect(find({ paths: [join(root, 'fleet')] }).map((each) => each.split(':')[0])).toEqual(['cmp1', 'cmp2'])
  })

  test('also of such folders by site and rack', () => {
    put('sites/a/r1/cmp1/nova.conf', 'sites/b/r9/cmp9/nova.conf')
    expect(find({ paths: [join(root, 'sites')] }).map((each) => each.split(':')[0])).toEqual(['cmp1', 'cmp9'])
  })

  test('a folder that every host has is of the host above it, or of this machine', () => {
    put('here/cmp5/etc/nova/nova.conf', 'here/cmp5/var/log/nova/nova-compute.log')
    const paths = ['etc/nova', 'var/log/nova/nova-compute.log'].map((each) => join(root, 'here/cmp5', each))
    const both = find({ paths })
    expect(both).toHaveLength(1)
    expect(both[0]).toMatch(/^cmp5: .*here\/cmp5\/etc\/nova.*nova-compute\.log/)
  })

  test('where nothing is named, this machine only: no folder of another host that lies on it', () => {
    put('machine/etc/nova/nova.conf', 'machine/tmp/cmp7/nova.conf', 'bare/tmp/cmp7/nova.conf')
    expect(find({ root: join(root, 'machine') })).toEqual([
      expect.stringContaining('{"kind":"folder","folder":"/machine"}'),
    ])
    expect(() => find({ root: join(root, 'bare') })).toThrow(/^this machine has nothing of nova/)
  })

  test("another program's conf.d makes no host", () => {
    put('conf/fonts/conf.d/10-hinting.conf', 'conf/cmp8/conf.d/nova_override.conf', 'conf/nova/conf.d/90-ours.conf')
    const folders = findHypervisors({ paths: [join(root, 'conf')], named: [], configs: [] }).flatMap(({ places }) =>
      places.flatMap((place) => (place.kind === 'folder' ? [place.folder.replace(root, '')] : [])),
    )
    expect(folders).toEqual(['/conf/cmp8', '/conf/nova'])
  })

  test('logs that are named after hosts are theirs, wherever they lie', () => {
    expect(find({ paths: [join(root, 'run')] })).toEqual([
      'run: {"kind":"folder","folder":"/run"}',
      'nova1: {"kind":"files","configs":[],"logs":["/run/nova-compute-nova1.log"]}',
      'nova2: {"kind":"files","configs":[],"logs":["/run/nova-compute-nova2.log"]}',
    ])
  })

  test('a name given to a folder, a file or an address is the name', () => {
    const named = [`a=${root}/fleet/cmp1`, `b=${root}/run/nova-compute-nova1.log`, 'c=ssh://root@cmp7:2222/mnt']
    expect(find({ named })).toEqual([
      'a: {"kind":"folder","folder":"/fleet/cmp1"}',
      'b: {"kind":"files","configs":[],"logs":["/run/nova-compute-nova1.log"]}',
      'c: {"kind":"ssh","target":{"destination":"root@cmp7","port":2222,"folder":"/mnt"}}',
    ])
  })

  test('a name given to a folder with the logs of several hosts leaves each log to its host', () => {
    expect(find({ named: [`nova1=${root}/run`] }).map((each) => each.split(':')[0])).toEqual(['nova1', 'nova2'])
  })

  test('configuration told file by file is that of the one host, instead of what was found', () => {
    const configs = [{ kind: 'directory', path: join(root, 'fleet/cmp2/opt/pf9/etc/nova/conf.d') }] as const
    expect(find({ configs })).toEqual([
      'host: {"kind":"files","configs":["/fleet/cmp2/opt/pf9/etc/nova/conf.d/nova.conf"],"logs":[]}',
    ])
    expect(find({ configs, paths: [join(root, 'fleet/cmp1')] })[0]).toMatch(/^cmp1: \{"kind":"files","configs":\[\]/)
    expect(() => find({ configs, paths: [join(root, 'fleet')] })).toThrow(/of one host, but there are 2: cmp1, cmp2/)
  })
})

test.each([
  [{ paths: ['/nowhere'] }, /^\/nowhere does not exist$/],
  [{ paths: [join(root, 'empty')] }, /has nothing of nova/],
  [{ paths: ['/dev/null'] }, /neither a file nor a folder/],
  [{ named: ['cmp1'] }, /is not NAME=WHERE/],
  [{ named: ['a=/nowhere'] }, /does not exist/],
  [{ configs: [{ kind: 'file', path: '/nowhere/nova.conf' }] }, /does not exist/],
] as const)('%j is told in one line', (given, message) => {
  expect(() => find(given)).toThrow(message)
})

describe('an address', () => {
  test.each(['ssh://', 'ssh://-oProxyCommand=x', 'ssh://-l@cmp1', 'ssh://a b', 'ssh://cmp1:x', 'ssh://cmp1;reboot'])(
    '%s is none',
    (text) => {
      expect(() => parseSshTarget(text)).toThrow(/is no ssh address/)
    },
  )

  test('nothing of it can be taken for an option, and no question is ever asked', () => {
    const words = sshArguments(parseSshTarget('ssh://[fe80::1]:22'))
    expect(words.slice(-3)).toEqual(['--', 'fe80::1', 'sh -s'])
    expect(words).toContain('BatchMode=yes')
  })
})
