import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Unreadable } from '@landfall/nova'
import { findHypervisors } from './find-hypervisors.ts'
import type { HostMaterial } from './host-material.ts'
import { readHypervisors } from './read-hypervisors.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-read-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Each file a minute younger than the one before. */
let minute = 0
function put(path: string, content: string | Buffer): string {
  const full = join(root, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, content)
  minute += 1
  utimesSync(full, 1_790_000_000, 1_790_000_000 + minute * 60)
  return full
}

interface Read {
  readonly hosts: readonly HostMaterial[]
  readonly logs: Readonly<Record<string, string>>
  readonly unreadable: readonly Unreadable[]
  readonly bytes: number
}

async function read(named: readonly string[], sshProgram?: string): Promise<Read> {
  const logs: Record<string, string> = {}
  const unreadable: Unreadable[] = []
  let bytes = 0
  const hosts = await readHypervisors(findHypervisors({ paths: [], named, configs: [] }), {
    sinkOf: (host) => ({
      text: (chunk) => {
        logs[host] = (logs[host] ?? '') + chunk
      },
      line: (line) => {
        logs[host] = `${logs[host] ?? ''}${line}\n`
      },
      unreadable: (what) => unreadable.push({ ...what, file: what.file.replace(root, '') }),
    }),
    onBytes: (soFar) => {
      bytes = soFar
    },
    signal: new AbortController().signal,
    ...(sshProgram === undefined ? {} : { sshProgram }),
  })
  return { hosts, logs, unreadable, bytes }
}

put('cmp1/var/log/nova/nova-compute.log.2.gz', gzipSync('2026-11-01 00:00:00.000 first\n'))
put('cmp1/var/log/nova/nova-compute.log.1', '2026-11-02 00:00:00.000 second\n')
put('cmp1/var/log/nova/nova-compute.log', '2026-11-03 00:00:00.000 third')
put('cmp1/opt/pf9/etc/nova/conf.d/nova.conf', '[libvirt]\n')
put('cmp1/opt/pf9/etc/nova/conf.d/nova_override.conf', '[DEFAULT]\n')

describe('a host of which there are files', () => {
  test('gives its logs oldest first and its configuration in order', async () => {
    const { hosts, logs, unreadable, bytes } = await read([`cmp1=${root}/cmp1`])
    expect(logs['cmp1']).toBe(
      '2026-11-01 00:00:00.000 first\n2026-11-02 00:00:00.000 second\n2026-11-03 00:00:00.000 third',
    )
    expect(hosts).toMatchObject([{ host: 'cmp1', logFiles: 3, logBytes: bytes, unreached: null }])
    expect(hosts[0]?.sources.map(({ path }) => path.split('/').at(-1))).toEqual(['nova.conf', 'nova_override.conf'])
    expect(hosts[0]?.configFolder).toBe(join(root, 'cmp1/opt/pf9/etc/nova/conf.d'))
    expect(unreadable).toEqual([])
  })

  test('its configuration comes as its unit names it, and what is named and not there is told', async () => {
    const unit =
      '[Service]\nExecStart=/usr/bin/nova-compute --config-file /etc/nova/b.conf --config-file /etc/nova/nova.conf\n'
    put('cmp9/lib/systemd/system/nova-compute.service', unit)
    put('cmp9/etc/nova/nova.conf', '[libvirt]\n')
    put('cmp9/etc/nova/nova_override.conf', '[libvirt]\n')
    put('cmp9/etc/nova/nova.conf.d/10.conf', '[libvirt]\n')
    const [host] = (await read([`cmp9=${root}/cmp9`])).hosts
    expect(host?.sources.map(({ path }) => path.replace(`${root}/cmp9/etc/nova/`, ''))).toEqual([
      'nova.conf.d/10.conf',
      'nova.conf',
    ])
    expect(host?.unreadConfigs).toEqual([join(root, 'cmp9/etc/nova/b.conf')])
  })

  test('logs of several places come in the order of their times', async () => {
    const late = put('late/nova-compute.log', '2026-11-05 00:00:00.000 late\n')
    const early = put('early/nova-compute.log', '2026-11-04 00:00:00.000 early\n')
    const { logs } = await read([`a=${late}`, `a=${early}`])
    expect(logs['a']).toMatch(/early[^]*late/)
  })

  test('a file that cannot be read, and one that breaks off, are told and the rest goes on', async () => {
    put('bad/nova-compute.log.1', gzipSync('x'.repeat(5000)).subarray(0, 25))
    put('bad/nova-compute.log', 'after it\n')
    put('bad/nova.conf', '#'.repeat(5_000_000))
    symlinkSync('nova_loop.conf', join(root, 'bad/nova_loop.conf'))
    const { hosts, logs, unreadable } = await read([`bad=${root}/bad`])
    expect(logs['bad']).toContain('after it')
    expect(unreadable).toEqual([{ file: '/bad/nova-compute.log.1', what: 'truncated-gzip', count: 1 }])
    expect(hosts[0]?.unreadable).toMatchObject([{ what: 'io-error' }, { what: 'too-long' }])
    expect(hosts[0]?.unreadConfigs.map((path) => path.split('/').at(-1))).toEqual(['nova_loop.conf', 'nova.conf'])
  })
})

/** ssh, as far as this machine can play the other end of it. */
function fakeSsh(name: string, script: string): string {
  const path = put(name, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('a host over ssh', () => {
  const ssh = fakeSsh('ssh-ok', 'echo "Welcome to the machine"\nexec sh -s')

  test('gives the same as its folder does here', async () => {
    const over = await read([`cmp1=ssh://cmp1${root}/cmp1`], ssh)
    const here = await read([`cmp1=${root}/cmp1`])
    expect(over.logs).toEqual(here.logs)
    expect(over.hosts[0]?.sources.map(({ text }) => text)).toEqual(here.hosts[0]?.sources.map(({ text }) => text))
    expect(over.hosts[0]?.sources[0]?.path).toBe(`cmp1:${root}/cmp1/opt/pf9/etc/nova/conf.d/nova.conf`)
    expect(over.hosts).toMatchObject([{ logFiles: 3, logBytes: here.bytes, configFolder: null, unreached: null }])
  })

  test('the file of variables that its unit names is had, too, wherever it lies', async () => {
    put('cmp7/opt/site/compute.env', 'OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME=700\n')
    put('cmp7/etc/nova/nova.conf', '[libvirt]\n')
    put(
      'cmp7/usr/lib/systemd/system/nova-compute.service',
      '[Service]\nEnvironmentFile=/opt/site/compute.env\nEnvironmentFile=-/etc/default/%p\nExecStart=/usr/bin/nova-compute\n',
    )
    const over = await read([`cmp7=ssh://cmp7${root}/cmp7`], ssh)
    const here = await read([`cmp7=${root}/cmp7`])
    expect(here.hosts).toMatchObject([
      { environment: { OS_LIBVIRT__LIVE_MIGRATION_DOWNTIME: '700' }, unreadConfigs: [], unreadable: [] },
    ])
    expect(over.hosts[0]?.environment).toEqual(here.hosts[0]?.environment)
    expect(over.hosts[0]?.unreadConfigs).toEqual([])
  })

  test('an optional file of variables of which it cannot be seen whether it is there is told, and one that is not there is not', async () => {
    put('cmp8/etc/nova/nova.conf', '[libvirt]\n')
    put(
      'cmp8/usr/lib/systemd/system/nova-compute.service',
      '[Service]\nEnvironmentFile=-/opt/none.env\nEnvironmentFile=-/opt/none/a.env\nEnvironmentFile=-/opt/loop/site.env\nExecStart=/usr/bin/nova-compute\n',
    )
    mkdirSync(join(root, 'cmp8/opt'))
    // For root there is no folder that may not be entered, but for one that is never reached.
    symlinkSync('loop', join(root, 'cmp8/opt/loop'))
    const over = await read([`cmp8=ssh://cmp8${root}/cmp8`], ssh)
    const here = await read([`cmp8=${root}/cmp8`])
    expect(over.hosts[0]?.unreadConfigs).toEqual([`cmp8:${root}/cmp8/opt/loop/site.env`])
    expect(over.hosts[0]?.unreadable).toMatchObject([{ what: 'io-error' }])
    expect(here.hosts[0]?.unreadConfigs).toEqual([`${root}/cmp8/opt/loop/site.env`])
  })

  test('a folder with a quote in its name, and nothing in it', async () => {
    mkdirSync(join(root, "it's"))
    const { hosts } = await read([`a=ssh://cmp1${root}/it's`], ssh)
    expect(hosts[0]?.unreached).toMatch(/no configuration and no log of nova-compute below/)
  })

  test.each([
    ['does not answer', 'echo "ssh: connect to host cmp9 port 22: No route to host" >&2; exit 255', 'No route to host'],
    ['breaks off', 'echo landfall-tar; head -c 700 /dev/zero | tr "\\0" x; kill $$', 'no tar stream'],
    ['prints no tar', 'echo hello; exit 0', 'ssh ended with 0'],
    ['has no such folder', 'exec sh -s', 'nowhere'],
  ])('one that %s is told, and the others go on', async (_what, script, complaint) => {
    const { hosts, logs } = await read(['cmp9=ssh://cmp9/nowhere', `cmp1=${root}/cmp1`], fakeSsh('ssh-bad', script))
    expect(hosts.map(({ host }) => host)).toEqual(['cmp9', 'cmp1'])
    expect(hosts[0]?.unreached).toContain(complaint)
    expect(logs['cmp1']).toContain('third')
  })

  test('where there is no ssh, that is told', async () => {
    const { hosts } = await read(['cmp9=ssh://cmp9'], '/nowhere/ssh')
    expect(hosts[0]?.unreached).toMatch(/cannot be started/)
  })
})
