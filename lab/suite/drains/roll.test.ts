// Host by host, over a real ssh: what fails stops the roll where it stands, and the same command goes on from there.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inHost, openLab, removeGuest, setLink, virsh } from '@landfall/lab'
import { beforeAll, expect, test } from 'vitest'
import { now, useGuest } from '../support/guest.ts'
import { expectExit, landfall } from '../support/landfall.ts'
import { sshDaemon } from '../support/ssh-daemon.ts'
import { suiteLab } from '../support/suite-lab.ts'

const guest = useGuest({ name: 'rolled1', memory: '64MiB', writeSet: 0 })
beforeAll(() => setLink(suiteLab().name, '800Mbit'))

test('a command that fails over ssh leaves the host empty; once it is put right the roll goes on, and the guest comes home as it was', async () => {
  const beganAt = now()
  const { name } = suiteLab()
  const { from, to } = await guest.route()
  const lab = openLab(name)
  const host = lab.state.hosts.find((each) => each.name === from)
  if (host === undefined) throw new Error(`the laboratory has no ${from}`)
  await using daemon = await sshDaemon(name, host)
  const folder = await mkdtemp(join(tmpdir(), 'landfall-roll-'))
  const config = join(folder, 'hosts.toml')
  // The same hosts, that one over ssh.
  const hosts = await readFile(lab.hostsFile, 'utf8')
  expect(hosts).toContain(JSON.stringify(host.unixUri))
  await writeFile(config, hosts.replace(JSON.stringify(host.unixUri), JSON.stringify(daemon.uri)))
  // Others that stand still there, left by other files, would keep the host from being empty; who needs one makes it again.
  for (const other of lab.state.guests) if (other.name !== guest.name) await removeGuest(name, other.name)
  // libvirt does not carry that along, so that a guest would be off after the next restart of its new host.
  const startsWithHost = async (host: string) =>
    /Autostart:\s+enable/.test(await virsh(name, host, ['dominfo', guest.name]))
  await virsh(name, from, ['autostart', guest.name])
  const rolled = () =>
    landfall(['roll', '--yes', '--config', config, from, '--', 'test', '-e', '/run/mended'], {
      config: null,
    })

  const stopped = await rolled()
  expectExit(stopped, 5)
  expect(stopped.stdout).toContain(`stopped at ${from}, command: the command ended with code 1`)
  await guest.livesOn(to, beganAt)
  expect(await startsWithHost(to)).toBe(true)

  await inHost(name, from, ['touch', '/run/mended'])
  const done = await rolled()
  expectExit(done, 0)
  expect(done.stdout).toContain(`done: ${from}`)
  await guest.livesOn(from, beganAt)
  expect(await startsWithHost(from)).toBe(true)
  await virsh(name, from, ['autostart', '--disable', guest.name])
  await rm(folder, { recursive: true })
})
