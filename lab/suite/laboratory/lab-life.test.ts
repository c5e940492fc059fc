import { existsSync } from 'node:fs'
import { connect } from 'node:net'

import { down, findLabs, inHost, leftovers, openLab, setLink, status, up, virsh } from '@landfall/lab'
import { expect, test } from 'vitest'

import { labName, testLab } from './lab-support.ts'

async function answers(target: { host: string; port: number } | { path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

test('hosts are reached from the machine and from each other, and differ', async () => {
  await using lab = await testLab('life', { hosts: 3 })
  const { hosts } = lab.state
  expect(hosts.map(({ name }) => name)).toEqual(['host1', 'host2', 'host3'])
  expect(new Set(hosts.map(({ address }) => address)).size).toBe(3)
  for (const host of hosts) {
    expect(await answers({ host: host.address, port: 16509 })).toBe(true)
    expect(await answers({ path: host.unixSocket })).toBe(true)
    expect((await virsh(lab.name, host.name, ['hostname'])).trim()).toBe(host.name)
    expect(await virsh(lab.name, host.name, ['capabilities'])).toContain(host.uuid)
  }
  const peer = hosts[2]?.peerUri ?? ''
  expect((await virsh(lab.name, 'host1', ['--connect', peer, 'hostname'])).trim()).toBe('host3')
  expect(existsSync(lab.hostsFile)).toBe(true)
  expect((await status(lab.name)).up).toBe(true)
  expect(findLabs().map(({ name }) => name)).toContain(lab.name)
})

test('a second laboratory by the same name is refused, and the first one lives on', async () => {
  await using lab = await testLab('twice')
  await expect(up({ name: lab.name })).rejects.toMatchObject({ code: 'lab-already-up' })
  expect((await virsh(lab.name, 'host2', ['hostname'])).trim()).toBe('host2')
})

test('laboratories by different names do not meet', async () => {
  const [one, two] = await Promise.all([testLab('one'), testLab('two')])
  await using first = one
  await using second = two
  expect(first.state.network.prefix).not.toBe(second.state.network.prefix)
  await down(first.name)
  expect((await virsh(second.name, 'host1', ['hostname'])).trim()).toBe('host1')
})

test('of two that are raised at once by one name, one comes up and the other is told', async () => {
  const name = labName('race')
  const outcomes = await Promise.allSettled([up({ name }), up({ name })])
  await using lab = openLab(name)
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'lab-busy' } })
  expect((await virsh(lab.name, 'host1', ['hostname'])).trim()).toBe('host1')
})

test('a link is shaped at both ends, and shaped anew while it is up', async () => {
  await using lab = await testLab('link', { hosts: 1, link: '800Mbit' })
  expect(await inHost(lab.name, 'host1', ['tc', 'qdisc', 'show', 'dev', 'eth0'])).toContain('tbf')
  await setLink(lab.name, '2Gbit')
  expect(await inHost(lab.name, 'host1', ['tc', 'qdisc', 'show', 'dev', 'eth0'])).toContain('rate 2Gbit')
  await setLink(lab.name, 'none')
  expect(await inHost(lab.name, 'host1', ['tc', 'qdisc', 'show', 'dev', 'eth0'])).not.toContain('tbf')
  expect(openLab(lab.name).state.linkBitsPerSecond).toBeNull()
})

test('taking down what is not up is no fault', async () => {
  const name = labName('never')
  await down(name)
  expect(leftovers(name)).toEqual([])
  await expect(status(name)).rejects.toMatchObject({ code: 'lab-not-up' })
})
