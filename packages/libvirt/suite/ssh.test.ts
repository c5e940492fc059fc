import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '../src/index.ts'
import { source, until } from './laboratory.ts'

// A real ssh to a real sshd inside the laboratory's first host.

const address = new URL(source.tcpUri).hostname
const port = 2222
let directory: string
let stop: () => Promise<void> = async () => {}

const reachable = (): Promise<true | undefined> =>
  new Promise((resolve) => {
    const socket = connectSocket({ host: address, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(undefined)
    })
  })

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'libvirt-ssh-'))
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'key')])
  const publicKey = await readFile(join(directory, 'key.pub'), 'utf8')
  // Keys and settings of its own, gone with the daemon's mount namespace.
  const script = [
    'set -e',
    'mount -t tmpfs none /mnt',
    'mkdir -p /run/sshd',
    `echo '${publicKey.trim()}' > /mnt/authorized`,
    "ssh-keygen -q -t ed25519 -N '' -f /mnt/host",
    `exec /usr/sbin/sshd -D -f /dev/null -p ${port} -h /mnt/host -o AuthorizedKeysFile=/mnt/authorized -o StrictModes=no -o UsePAM=no -o PidFile=none`,
  ].join('\n')
  const inside = [
    '--target',
    String(source.holder.pid),
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--root',
    '--wd=/',
  ]
  const child = spawn('nsenter', [...inside, '--', 'unshare', '-m', 'sh', '-c', script], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: 'ignore',
    detached: true,
  })
  stop = async () => {
    if (child.pid === undefined || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid, 'SIGKILL')
    await gone
  }
  await until('sshd', reachable)
})

afterAll(async () => {
  await stop()
  await rm(directory, { recursive: true })
})

const uri = (query = ''): string =>
  `qemu+ssh://root@${address}:${port}/system?keyfile=${directory}/key&no_verify=1&no_tty=1${query}`

it.each([
  ['the helper, found by itself', ''],
  ['the helper', '&proxy=native'],
  ['netcat', '&proxy=netcat'],
])('over ssh the same host answers, by %s', async (_, query) => {
  await using connection = await connect(uri(query))
  expect(await connection.getHostname()).toBe(source.name)
  expect(await connection.getURI()).toBe('qemu:///system')
  // Longer than a pipe's buffer takes at once.
  expect((await connection.getCapabilities()).length).toBeGreaterThan(10_000)
})

it('who has no key is told by ssh’s own words', async () => {
  const error = await connect(uri().replace('root@', 'nobody@').replace('/key&', '/none&')).catch(
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({
    code: 'LIBVIRT_CONNECTION_LOST',
    message: expect.stringContaining('Permission denied'),
  })
})
