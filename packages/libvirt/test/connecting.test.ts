import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../src/index.ts'
import { DaemonError, FakeLibvirtd, ManualClock, remote } from '../src/testing/fake-libvirtd.ts'
import { failure, settle } from './session.ts'

const hostname = 'host1'

describe('connecting', () => {
  it('over tcp', async () => {
    await using daemon = await FakeLibvirtd.listen()
    daemon.respond(remote.connectGetHostname, () => ({ hostname }))
    await using connection = await connect(daemon.uri)
    expect(await connection.getHostname()).toBe(hostname)
  })

  it('over a unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'libvirt-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    await using daemon = await FakeLibvirtd.listen({ path: join(directory, 'sock') })
    daemon.respond(remote.connectGetHostname, () => ({ hostname }))
    await using connection = await connect(daemon.uri)
    expect(await connection.getHostname()).toBe(hostname)
  })

  it('over ssh, through a command that stands for it', async () => {
    await using daemon = await FakeLibvirtd.listen()
    daemon.respond(remote.connectGetHostname, () => ({ hostname }))
    const directory = await mkdtemp(join(tmpdir(), 'libvirt-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const port = new URL(daemon.uri).port
    // Whether the folder that holds temporary ones makes it an ES module or not.
    const relay = `import('node:net').then(({connect})=>{const s=connect(${port},'127.0.0.1');process.stdin.pipe(s);s.pipe(process.stdout)})`
    await writeFile(join(directory, 'ssh'), `#!${process.execPath}\n${relay}\n`, { mode: 0o755 })
    const uri = `qemu+ssh://host1/system?command=${join(directory, 'ssh')}`
    {
      await using connection = await connect(uri)
      expect(await connection.getHostname()).toBe(hostname)
    }
    expect(daemon.callsOf(remote.connectOpen)).toEqual([{ name: 'qemu:///system', flags: 0 }])
  })

  it('fails with ssh’s own words when ssh fails', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'libvirt-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const refusing = 'process.stderr.write("Permission denied (publickey).\\n",()=>process.exit(255))'
    await writeFile(join(directory, 'ssh'), `#!${process.execPath}\n${refusing}\n`, { mode: 0o755 })
    const error = await failure(connect(`qemu+ssh://host1/system?command=${join(directory, 'ssh')}`))
    expect(error).toMatchObject({
      code: 'LIBVIRT_CONNECTION_LOST',
      message: expect.stringContaining('Permission denied'),
    })
  })

  it.each([
    ['qemu+tcp://127.0.0.1:1/system', 'listen_tcp'],
    ['qemu+unix:///system?socket=/nonexistent/sock', '/nonexistent/sock'],
    ['qemu+tls://127.0.0.1:1/system?pkipath=/nonexistent', '/nonexistent/cacert.pem'],
    ['qemu+ssh://host1/system?command=/nonexistent/ssh', 'ssh installed'],
  ])('fails at %s with what to look at', async (uri, advice) => {
    expect(await failure(connect(uri))).toMatchObject({
      code: 'LIBVIRT_CONNECT_FAILED',
      message: expect.stringContaining(advice),
    })
  })

  it('gives up a server that says nothing', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const sockets: { destroy: () => unknown; destroyed: boolean }[] = []
    server.on('connection', (socket) => sockets.push(socket.on('error', () => {})))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    // The server listens on a TCP port, so its address is no text.
    const { port } = server.address() as AddressInfo
    const clock = new ManualClock()
    const connecting = failure(connect(`qemu+tcp://127.0.0.1:${port}/system`, { clock, connectTimeoutMs: 3000 }))
    await expect.poll(() => sockets.length).toBe(1)
    await settle()
    clock.advance(3000)
    expect(await connecting).toMatchObject({ code: 'LIBVIRT_TIMEOUT', message: expect.stringContaining('3000 ms') })
    expect(clock.pendingTimers).toBe(0)
  })

  it('is given up by the caller’s signal, before and during', async () => {
    const daemon = new FakeLibvirtd()
    daemon.respond(remote.authList, () => new Promise(() => {}))
    const controller = new AbortController()
    const clock = new ManualClock()
    const options = { transport: daemon.transport, signal: controller.signal, clock }
    const connecting = failure(connect('qemu:///system', options))
    await settle()
    controller.abort()
    expect(await connecting).toMatchObject({ code: 'LIBVIRT_ABORTED' })
    expect(await failure(connect('qemu:///system', options))).toMatchObject({ code: 'LIBVIRT_ABORTED' })
    await settle()
    expect(daemon.clients.every(({ isClosed }) => isClosed)).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  it('passes the daemon’s refusal on and closes', async () => {
    await using daemon = new FakeLibvirtd()
    daemon.respond(remote.connectOpen, () => {
      throw new DaemonError('VIR_ERR_NO_CONNECT', 'no connection driver available for xen:///')
    })
    expect(await failure(connect('xen:///', { transport: daemon.transport }))).toMatchObject({
      code: 'VIR_ERR_NO_CONNECT',
    })
    await settle()
    expect(daemon.clients[0]?.isClosed).toBe(true)
  })

  it('authenticates with polkit and says that it cannot with SASL', async () => {
    await using daemon = new FakeLibvirtd()
    daemon.respond(remote.authList, () => ({ types: [2] }))
    daemon.respond(remote.authPolkit, () => ({ complete: 1 }))
    {
      await using connection = await connect('qemu:///system', { transport: daemon.transport })
      expect(connection.isClosed).toBe(false)
    }
    daemon.respond(remote.authList, () => ({ types: [1] }))
    const error = await failure(connect('qemu:///system', { transport: daemon.transport }))
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED', message: expect.stringContaining('SASL') })
  })

  it('asks for no pings of a daemon that has none', async () => {
    await using daemon = new FakeLibvirtd()
    daemon.respond(remote.connectSupportsFeature, () => ({ supported: 0 }))
    const clock = new ManualClock()
    await using connection = await connect('qemu:///system', { transport: daemon.transport, clock })
    expect(clock.pendingTimers).toBe(0)
    expect(connection.libVersion).toBe(11_003_000)
  })
})
