import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createPlainServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../src/index.ts'
import { FakeLibvirtd, remote } from '../src/testing/fake-libvirtd.ts'
import { failure, settle } from './session.ts'

const run = promisify(execFile)

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()

let pki = ''

/** A certificate of its own authority, as libvirt's documentation makes them. */
const certify = async (name: string, subject: string, extension: string): Promise<void> => {
  const at = (suffix: string): string => join(pki, `${name}${suffix}`)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key.pem')]
  await run('openssl', ['req', ...key, '-subj', `/CN=${subject}`, '-out', at('.csr')])
  await writeFile(at('.ext'), extension)
  const authority = ['-CA', join(pki, 'cacert.pem'), '-CAkey', join(pki, 'cakey.pem'), '-CAcreateserial']
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    at('.csr'),
    ...authority,
    '-extfile',
    at('.ext'),
    '-out',
    at('cert.pem'),
  ])
}

/** The URI of a server, which ends with the test, as do its sockets. */
const listening = async (server: Server, sockets: readonly Socket[]): Promise<string> => {
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // It listens on a TCP port, so its address is no text.
  const { port } = server.address() as AddressInfo
  return `qemu+tls://localhost:${port}/system?pkipath=${pki}`
}

/** A TLS server that judges every client's certificate by sending `verdict`, and then is a fake daemon. */
const listen = async (verdict: Uint8Array | 'close'): Promise<{ daemon: FakeLibvirtd; uri: string }> => {
  const daemon = new FakeLibvirtd()
  const [ca, cert, key] = await Promise.all(
    ['cacert.pem', 'servercert.pem', 'serverkey.pem'].map((name) => readFile(join(pki, name))),
  )
  if (ca === undefined || cert === undefined || key === undefined) throw new Error('no certificates')
  const sockets: TLSSocket[] = []
  const server = createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (socket) => {
    sockets.push(socket.on('error', () => {}))
    if (verdict === 'close') {
      socket.end()
      return
    }
    socket.write(verdict)
    daemon.accept(socket)
  })
  return { daemon, uri: await listening(server, sockets) }
}

/** A server that knows nothing of TLS. */
const listenWithoutTls = async (onAccepted: (socket: Socket) => void): Promise<{ uri: string }> => {
  const sockets: Socket[] = []
  const server = createPlainServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    onAccepted(socket)
  })
  return { uri: await listening(server, sockets) }
}

describe.skipIf(!hasOpenssl)('tls (skipped where there is no openssl to make certificates with)', () => {
  beforeAll(async () => {
    pki = await mkdtemp(join(tmpdir(), 'libvirt-pki-'))
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(pki, 'cakey.pem')]
    await run('openssl', ['req', '-x509', ...key, '-subj', '/CN=test authority', '-out', join(pki, 'cacert.pem')])
    await certify('server', 'localhost', 'subjectAltName=DNS:localhost')
    await certify('client', 'a client', 'extendedKeyUsage=clientAuth')
  })

  afterAll(() => rm(pki, { recursive: true, force: true }))

  it('waits for the server’s one byte, then speaks', async () => {
    const { daemon, uri } = await listen(Uint8Array.of(1))
    daemon.respond(remote.connectGetHostname, () => ({ hostname: 'host1' }))
    await using connection = await connect(uri)
    expect(await connection.getHostname()).toBe('host1')
  })

  it.each([
    ['says no', Uint8Array.of(0)],
    ['closes', 'close'],
  ] as const)('says so when the server %s to our certificate', async (_does, verdict) => {
    const { uri } = await listen(verdict)
    expect(await failure(connect(uri))).toMatchObject({
      code: 'LIBVIRT_CONNECT_FAILED',
      message: expect.stringContaining('rejected our certificate'),
    })
  })

  it('says so when the server closes before there is a handshake, and nothing else of it is left to be heard', async () => {
    const { uri } = await listenWithoutTls((socket) => socket.end())
    expect(await failure(connect(uri))).toMatchObject({
      code: 'LIBVIRT_CONNECT_FAILED',
      message: expect.stringContaining('before secure TLS connection was established'),
    })
    // What the socket says after that would end this process if nobody heard it.
    await settle()
  })

  it('is not begun for a caller that has given up already, however silent the server', async () => {
    let accepted = 0
    const { uri } = await listenWithoutTls(() => accepted++)
    const error = await failure(connect(uri, { signal: AbortSignal.abort() }))
    expect([error, accepted]).toMatchObject([{ code: 'LIBVIRT_ABORTED' }, 0])
  })

  it('refuses a server by another name, unless told not to look', async () => {
    const { uri } = await listen(Uint8Array.of(1))
    const elsewhere = uri.replace('localhost', '127.0.0.1')
    expect(await failure(connect(elsewhere))).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' })
    await using connection = await connect(`${elsewhere}&no_verify=1`)
    expect(connection.isClosed).toBe(false)
  })
})
