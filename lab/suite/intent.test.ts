// What a guest's own libvirt metadata says of how it wants to be moved, and what the hosts file lays down for it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLab, virsh } from '@landfall/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useGuest } from './support/guest.ts'
import { expectExit, jsonOf, landfall } from './support/landfall.ts'
import { suiteLab } from './support/suite-lab.ts'

const guest = useGuest({ name: 'obeyed', memory: '64MiB', writeSet: '16MiB', writeRate: '4MiB' })
const lab = suiteLab().name
const uri = 'https://landfall.dev/xmlns/1'

async function metadata(...rest: readonly string[]): Promise<void> {
  const { from } = await guest.route()
  await virsh(lab, from, ['metadata', guest.name, '--uri', uri, '--live', '--config', ...rest])
}

const wishes = (text: string): Promise<void> => metadata('--key', 'landfall', '--set', `<guest>${text}</guest>`)

beforeEach(() => wishes("<intent preset='gentle' max-pause='250ms'/><label key='tier' value='db'/>"))
afterEach(() => metadata('--remove'))

test('its metadata is obeyed over the hosts file, the call over both, and each value says where it comes from', async () => {
  const { to } = await guest.route()
  const config = join(suiteLab().stateDirectory, 'intent.toml')
  const rules = `[intent]\nmax_pause = "9s"\n[[intent.for]]\nlabel = "tier=db"\ndeadline = "1h"\nfallback = "cold"\n`
  writeFileSync(config, `${readFileSync(openLab(lab).hostsFile, 'utf8')}\n${rules}`)
  const words = ['plan', guest.name, '--to', to, '--max-slowdown', '1', '--json']
  const planned = await landfall(words, { config })
  // Whether it goes is a matter of how fast the guest writes here.
  expect([0, 3]).toContain(planned.exitCode)
  expect(jsonOf(planned)).toMatchObject({
    intent: { maxPauseMs: 250, deadlineMs: 3_600_000, postCopy: 'never', fallback: 'none', maxSlowdownPercent: 1 },
    intentSources: {
      maxPauseMs: "the guest's metadata",
      postCopy: "preset gentle, the guest's metadata",
      deadlineMs: `${config}, for label tier=db`,
      maxSlowdownPercent: '--max-slowdown',
    },
  })
})

test('an instance of Nova’s is told to be one, and is not moved behind its back', async () => {
  const { from, to } = await guest.route()
  const nova = ['--uri', 'http://openstack.org/xmlns/libvirt/nova/1.1', '--live']
  await virsh(lab, from, ['metadata', guest.name, ...nova, '--key', 'nova', '--set', '<instance/>'])
  const asked = await landfall(['migrate', guest.name, '--to', to])
  await virsh(lab, from, ['metadata', guest.name, ...nova, '--remove'])
  expectExit(asked, 3)
  expect(asked.stderr).toMatch(/obeyed is an instance of OpenStack Nova, which alone may move it: nothing was started/)
  expect((await guest.route()).from).toBe(from)
})

test('a wish that cannot be read names the guest and the attribute, and nothing is started', async () => {
  await wishes("<intent max-pause='for ever'/>")
  const { from, to } = await guest.route()
  const finished = await landfall(['migrate', guest.name, '--to', to])
  expectExit(finished, 2)
  expect(finished.stderr).toMatch(/obeyed: its libvirt metadata \(\S+\): max-pause: .*for ever/)
  expect((await guest.route()).from).toBe(from)
})

test('the command writes wishes into the guest as it runs and its definition, and tells what holds then', async () => {
  const finished = await landfall([
    'intent',
    guest.name,
    '--set',
    'preset=',
    '--set',
    'fallback=cold',
    '--label',
    'owner=ops',
    '--json',
  ])
  expectExit(finished, 0)
  expect(jsonOf(finished)).toMatchObject({
    labels: { tier: 'db', owner: 'ops' },
    intent: { maxPauseMs: 250, postCopy: 'if-needed', fallback: 'cold' },
    intentSources: { fallback: "the guest's metadata" },
  })
  const { from } = await guest.route()
  const defined = await virsh(lab, from, ['dumpxml', guest.name, '--inactive'])
  expect(defined).toMatch(/<landfall:intent max-pause="250ms" fallback="cold"\/>/)
  expectExit(await landfall(['intent', guest.name, '--set', 'max-pause=long']), 2)
})
