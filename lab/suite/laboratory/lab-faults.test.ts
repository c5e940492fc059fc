import { connect } from 'node:net'

import {
  addGuest,
  checkGuest,
  cutConnections,
  inHost,
  openLab,
  startLibvirtd,
  stopLibvirtd,
  virsh,
  waitForProgress,
} from '@landfall/lab'
import type { Lab } from '@landfall/lab'
import { freezeLibvirtd } from '@landfall/lab/faults/frozen-libvirtd'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { eventually, labName, takeDown, testLab } from './lab-support.ts'
import { unharmed } from '../support/guest.ts'

const name = labName('faults')
let lab: Lab

beforeAll(async () => {
  lab = await testLab('faults', { link: '100Mbit' })
  await addGuest(name, { name: 'guest', guest: 'rom', memory: '256MiB', writeSet: '32MiB', writeRate: '4MiB' })
  await waitForProgress(name, 'guest')
})

afterAll(() => takeDown(name))

function refuses(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
}

test.each(['TERM', 'KILL'] as const)(
  'a guest goes on without its libvirtd (SIG%s), which knows it again later',
  async (signal) => {
    const { atMonotonicMs } = await waitForProgress(name, 'guest')
    await stopLibvirtd(name, 'host1', signal)
    expect(await refuses(openLab(name).state.hosts[0]?.unixSocket ?? '')).toBe(true)
    await waitForProgress(name, 'guest')
    await startLibvirtd(name, 'host1')
    expect((await virsh(name, 'host1', ['domstate', 'guest'])).trim()).toBe('running')
    expect(await checkGuest(name, 'guest', atMonotonicMs)).toEqual(unharmed)
  },
)

test('a guest goes on while its libvirtd is frozen, which answers later what it was asked', async () => {
  const { atMonotonicMs } = await waitForProgress(name, 'guest')
  await using libvirtd = await freezeLibvirtd(name, 'host1')
  const answers: string[] = []
  const asked = virsh(name, 'host1', ['domstate', 'guest']).then((answer) => answers.push(answer.trim()))
  await waitForProgress(name, 'guest')
  expect(answers).toEqual([])
  await libvirtd.thaw()
  await asked
  expect(answers).toEqual(['running'])
  expect(await checkGuest(name, 'guest', atMonotonicMs)).toEqual(unharmed)
})

test('a migration whose stream is cut fails, and the guest stays where it is', async () => {
  const { atMonotonicMs } = await waitForProgress(name, 'guest')
  const peer = lab.state.hosts[1]?.peerUri ?? ''
  const migration = virsh(name, 'host1', [
    'migrate',
    '--live',
    '--p2p',
    '--persistent',
    '--undefinesource',
    'guest',
    peer,
  ])
  const outcome = Promise.allSettled([migration])
  const sent = async (): Promise<string> => virsh(name, 'host1', ['domjobinfo', 'guest'])
  await eventually('memory is being sent', async () => /Memory processed: +\d+\.\d+ MiB/.test(await sent()))
  expect(await cutConnections(name, 'host1', 'streams')).toBeGreaterThan(0)
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code: 'command-failed' } }])
  expect((await virsh(name, 'host1', ['domstate', 'guest'])).trim()).toBe('running')
  expect(await inHost(name, 'host2', ['virsh', 'list', '--all', '--name'])).not.toContain('guest')
  await waitForProgress(name, 'guest')
  expect(await checkGuest(name, 'guest', atMonotonicMs)).toEqual(unharmed)
})

test('where no migration runs there is nothing to cut', async () => {
  expect(await cutConnections(name, 'host2', 'streams')).toBe(0)
})
