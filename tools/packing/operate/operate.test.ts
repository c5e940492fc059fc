// docs/operate.md, as it is written: from an empty Debian 13 to a migration over ssh, one over TLS, and what comes after.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addGuest, checkGuest, isUnharmed, monotonicNowMs, virsh, waitForProgress } from '@landfall/lab'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { nextRelease } from '../debian/next-release.ts'
import { DebianRoot } from '../debian/roots.ts'
import type { PageStep } from '../page-steps.ts'
import { pageSteps } from '../page-steps.ts'
import { repository } from '../places.ts'
import { Controller } from './controller.ts'
import { hosts, prepareHosts } from './hosts.ts'
import { controllerSystemctl } from './stand-ins.ts'

const lab = inject('operateLab')
const steps = pageSteps(readFileSync(join(repository, 'docs/operate.md'), 'utf8'))
const root = await DebianRoot.unpack('bare')
const inRoot = (path: string): string => join(root.path, path)
let controller: Controller

beforeAll(async () => {
  controller = await Controller.start(root, lab)
  const mebi = 1024 ** 2
  const sizes = { memory: 64 * mebi, writeSet: 8 * mebi, writeRate: 4 * mebi }
  await addGuest(lab, { name: 'web1', guest: 'rom', ...sizes })
  await waitForProgress(lab, 'web1', { deadlineMs: 60_000 })
})
afterAll(async () => {
  await controller[Symbol.asyncDispose]()
  root[Symbol.dispose]()
})

function stepsUnder(heading: string): readonly PageStep[] {
  const found = steps.get(heading)
  if (found === undefined) throw new Error(`the page has no steps under "${heading}"`)
  return found
}

/** Does what the page tells under a heading; returns what the commands printed. */
async function follow(heading: string): Promise<string> {
  const printed: string[] = []
  for (const step of stepsUnder(heading)) {
    if (step.kind === 'write') writeFileSync(inRoot(step.path), step.text)
    else printed.push(await controller.type(step.script))
  }
  return printed.join('')
}

/** Fails unless the guest runs on that host alone and lived unharmed since that moment. */
async function livesOn(host: string, sinceMs: number): Promise<void> {
  await waitForProgress(lab, 'web1')
  for (const each of hosts) {
    const running = await virsh(lab, each, ['list', '--state-running', '--name'])
    expect({ [each]: running.trim() }).toEqual({ [each]: each === host ? 'web1' : '' })
  }
  expect(await checkGuest(lab, 'web1', sinceMs)).toSatisfy(isUnharmed)
}

const report = async (): Promise<unknown> => JSON.parse(await controller.type('landfall report web1 --json'))

test('Install', async () => {
  cpSync(inject('debianPackage'), inRoot('root/landfall_0.1.0-1_amd64.deb'))
  writeFileSync(inRoot('etc/apt/apt.conf.d/50yes'), 'APT::Get::Assume-Yes "true";\n')
  await root.sh('apt-get update --quiet')
  // With the machine's network: the laboratory's leads to no mirror.
  for (const step of stepsUnder('Install')) if (step.kind === 'run') await root.sh(`cd /root && ${step.script}`)
  expect(await controller.type('landfall --version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  writeFileSync(inRoot('usr/bin/systemctl'), controllerSystemctl, { mode: 0o755 })
  // An administrator who reaches the hosts already.
  await controller.type("mkdir -p -m 700 .ssh\nssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519")
  const publicKey = readFileSync(inRoot('root/.ssh/id_ed25519.pub'), 'utf8')
  writeFileSync(inRoot('root/.ssh/known_hosts'), await prepareHosts(lab, publicKey))
})

test('Reach the hosts over ssh', async () => {
  expect(await follow('Reach the hosts over ssh')).toMatch(/^host1 .*11\.3[^]*^host2 .*11\.3/m)
})

test('Start the service', async () => {
  await follow('Start the service')
  const owners = 'stat -c %U /var/lib/landfall/migrations/landfall.db /proc/$(cat /run/landfall.pid)'
  expect(await controller.type(owners)).toBe('landfall\nlandfall\n')
})

test('Migrate', async () => {
  const beganAt = monotonicNowMs()
  await follow('Migrate')
  await livesOn('host2', beganAt)
  expect(await report()).toMatchObject({ outcome: 'completed', source: 'host1', destination: 'host2' })
})

test('TLS instead of ssh', async () => {
  const beganAt = monotonicNowMs()
  await follow('TLS instead of ssh')
  await livesOn('host1', beganAt)
  expect(await report()).toMatchObject({ outcome: 'completed', source: 'host2', destination: 'host1' })
})

test('Who may ask', async () => {
  const printed = await follow('Who may ask')
  expect(printed).toMatch(/^landfall_\S+$[^]*^ci +read +\S+ +\S+$[^]*^revoked: ci$/m)
  const token = /^landfall_\S+$/m.exec(printed)?.[0] ?? ''
  const refused = await controller.try(`LANDFALL_TOKEN=${token} landfall hosts`)
  expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining('token') })
})

test('Upgrading', async () => {
  const before = await report()
  await nextRelease(inject('debianPackage'), '0.1.0-2', inRoot('root/landfall_0.1.0-2_amd64.deb'))
  await follow('Upgrading')
  // Where systemd runs, the package does that.
  await controller.type('systemctl restart landfall')
  expect(await controller.type("dpkg-query -W -f '${Version}' landfall")).toBe('0.1.0-2')
  expect(await report()).toEqual(before)
})

test('Backing up', async () => {
  const before = await report()
  for (const [at, step] of stepsUnder('Backing up').entries()) {
    if (step.kind === 'run') await controller.type(step.script)
    // Made after the back-up, it is not in it.
    if (at === 0) await controller.type('landfall token create later')
  }
  expect(await report()).toEqual(before)
  expect(await controller.type('landfall token list')).toMatch(/^(?![^]*later)[^]*^ops /m)
})
