import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readManifest } from '../build-package.ts'
import { packagesFolder } from '../places.ts'
import { run } from '../suite/workshop.ts'
import { nextRelease } from './next-release.ts'
import { DebianRoot } from './roots.ts'

// One package in one root, from its first installation to its end: each test goes on where the one before stopped.
const root = await DebianRoot.unpack('bare')
afterAll(() => root[Symbol.dispose]())

const hostsFile = 'etc/landfall/landfall.toml'
const ours = '[hosts.host1]\nuri = "qemu+unix:///system?socket=/nowhere"\n'
const inRoot = (path: string): string => join(root.path, path)
const install = 'apt-get install --yes --quiet --no-install-recommends'

beforeAll(async () => {
  await run('cp', [inject('debianPackage'), inRoot('tmp/landfall.deb')])
  await nextRelease(inject('debianPackage'), '99-1', inRoot('tmp/next.deb'))
  await root.sh('apt-get update --quiet')
})

test('it installs with what a bare Debian 13 has and can fetch', async () => {
  await root.sh(`${install} /tmp/landfall.deb`)
  const { version } = readManifest(join(packagesFolder, 'cli'))
  expect((await root.sh('landfall --version')).out).toBe(`${version}\n`)
})

test('its Node.js is its own: none is put into the system', async () => {
  expect((await root.sh('command -v node', { mayFail: true })).exitCode).not.toBe(0)
})

test('the service has a user without a shell, whose home is the state', async () => {
  const { out } = await root.sh('getent passwd landfall')
  expect(out).toMatch(/^landfall:[^:]*:\d+:\d+:Landfall:\/var\/lib\/landfall:\/usr\/sbin\/nologin\n$/)
  expect((await root.sh('stat -c "%U:%G %a" /var/lib/landfall')).out).toBe('landfall:landfall 750\n')
})

test('the service is not enabled by itself: nothing can be served before hosts are named', async () => {
  expect((await root.sh('deb-systemd-helper is-enabled landfall.service', { mayFail: true })).exitCode).not.toBe(0)
  expect(existsSync(inRoot('usr/lib/systemd/system/landfall.service'))).toBe(true)
})

test('before hosts are named, it says where to name them', async () => {
  const { exitCode, err } = await root.sh('landfall hosts', { mayFail: true })
  expect(exitCode).toBe(2)
  expect(err).toContain('/etc/landfall/landfall.toml')
})

test('every host of its example is one that it can read', async () => {
  const example = readFileSync(inRoot(hostsFile), 'utf8').replaceAll(/^# ?(?=\[|[a-z_]+ = |$)/gm, '')
  writeFileSync(inRoot('tmp/example.toml'), example)
  const { out } = await root.sh('landfall hosts --json --config /tmp/example.toml', { mayFail: true })
  expect(JSON.parse(out)).toMatchObject([{ name: 'rack1-a' }, { name: 'rack1-b' }])
})

test('the hosts that are named are asked, by the user of the service as well', async () => {
  writeFileSync(inRoot(hostsFile), ours)
  for (const user of ['root', 'landfall']) {
    const { exitCode, out } = await root.sh(`setpriv --reuid ${user} --regid ${user} --clear-groups landfall hosts`, {
      mayFail: true,
    })
    expect({ user, exitCode }).toEqual({ user, exitCode: 6 })
    expect(out).toMatch(/^host1 +unreachable/m)
  }
})

test('the doctor reads the folders of Nova', async () => {
  await root.sh('mkdir -p /etc/nova')
  writeFileSync(inRoot('etc/nova/nova.conf'), '[libvirt]\nlive_migration_permit_auto_converge = true # yes\n')
  expect((await root.sh('landfall doctor /etc/nova', { mayFail: true })).exitCode).toBe(8)
})

test('an upgrade keeps the configuration and the state', async () => {
  appendFileSync(inRoot('var/lib/landfall/kept'), 'kept')
  await root.sh(`${install} -o Dpkg::Options::=--force-confdef /tmp/next.deb`)
  expect((await root.sh(`dpkg-query -W -f '\${Version}' landfall`)).out).toBe('99-1')
  expect(readFileSync(inRoot(hostsFile), 'utf8')).toBe(ours)
  expect(readFileSync(inRoot('var/lib/landfall/kept'), 'utf8')).toBe('kept')
  expect((await root.sh('landfall hosts', { mayFail: true })).exitCode).toBe(6)
})

test('removed, the program is gone; configuration and state stay', async () => {
  await root.sh('apt-get remove --yes --quiet landfall')
  expect(['usr/bin/landfall', 'usr/lib/landfall'].filter((path) => existsSync(inRoot(path)))).toEqual([])
  expect(readFileSync(inRoot(hostsFile), 'utf8')).toBe(ours)
  expect(statSync(inRoot('var/lib/landfall/kept')).size).toBe(4)
})

test('purged, nothing is left but the user', async () => {
  await root.sh('apt-get purge --yes --quiet landfall')
  const { out } = await root.sh("find / -xdev -name '*landfall*' -not -path '/proc/*' -not -path '/tmp/*'")
  expect(out).toBe('')
  expect((await root.sh('getent passwd landfall')).exitCode).toBe(0)
})

test('installed again after that, it begins anew', async () => {
  await root.sh(`${install} /tmp/landfall.deb`)
  expect(readFileSync(inRoot(hostsFile), 'utf8')).not.toBe(ours)
  expect((await root.sh('stat -c "%U" /var/lib/landfall')).out).toBe('landfall\n')
})
