import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { connect } from '../src/index.ts'
import { FakeLibvirtd, remote } from '../src/testing/fake-libvirtd.ts'
import { failure } from './session.ts'

// A stand-in for ssh runs the command line here, with only those programs on its path that the host would have.
const relay = `#!${process.execPath}
const socket = require('node:net').connect(process.argv.at(-1))
process.stdin.pipe(socket)
socket.pipe(process.stdout)
socket.on('close', () => process.exit(0))
`

const setUp = async (
  programs: Readonly<Record<string, (socket: string) => string>>,
): Promise<{ uri: (query: string) => string; socket: string }> => {
  const directory = await mkdtemp(join(tmpdir(), 'libvirt-ssh-'))
  const socket = join(directory, 'sock')
  const daemon = await FakeLibvirtd.listen({ path: socket })
  daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
  onTestFinished(async () => {
    await daemon[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })
  await writeFile(join(directory, 'relay.cjs'), relay, { mode: 0o755 })
  const scripts: typeof programs = { which, ...programs }
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(directory, name), script(socket), { mode: 0o755 })
  }
  const ssh = `#!/bin/sh\nfor last; do :; done\nPATH=${directory}\nexec /bin/sh -c "$last"\n`
  await writeFile(join(directory, 'ssh'), ssh, { mode: 0o755 })
  await writeFile(join(directory, 'sh'), '#!/bin/sh\nexec /bin/sh "$@"\n', { mode: 0o755 })
  await writeFile(join(directory, 'grep'), '#!/bin/sh\nexec /bin/grep "$@"\n', { mode: 0o755 })
  return { socket, uri: (query) => `qemu+ssh://host1/system?command=${join(directory, 'ssh')}${query}` }
}

const which = (): string => '#!/bin/sh\ncommand -v "$1"\n'
const helper = (socket: string): string =>
  `#!/bin/sh\n[ "$1" = qemu:///system ] && exec ${join(socket, '../relay.cjs')} ${socket}\n`
/** Only takes -U when it was asked about -q before, as libvirt's client does. */
const netcat = (): string =>
  `#!/bin/sh
case "$1" in
-q) echo "nc: option requires an argument -- 'q'" >&2; exit 1;;
-q0) [ "$2" = -U ] && exec "\${0%/*}/relay.cjs" "$3";;
esac
echo "bad options: $*" >&2; exit 1
`

it('virt-ssh-helper is taken where it is', async () => {
  const { uri } = await setUp({ 'virt-ssh-helper': helper })
  await using connection = await connect(uri(''))
  expect(await connection.getHostname()).toBe('host1')
})

it('netcat is taken where there is no helper', async () => {
  const { uri, socket } = await setUp({ nc: netcat })
  await using connection = await connect(uri(`&proxy=auto&socket=${socket}`))
  expect(await connection.getHostname()).toBe('host1')
})

it('an old host without both says what it misses', async () => {
  const { uri } = await setUp({})
  const error = await failure(connect(uri('')))
  expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', message: expect.stringContaining('nc: not found') })
})

it('one whose program leaves others behind, which hold its output, is given up all the same', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'libvirt-ssh-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const command = join(directory, 'wrapper')
  await writeFile(command, '#!/bin/sh\nsleep 20\n', { mode: 0o755 })
  const began = performance.now()
  const error = await failure(connect(`qemu+ssh://host1/system?command=${command}`, { connectTimeoutMs: 300 }))
  expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT' })
  expect(performance.now() - began).toBeLessThan(4000)
})
