import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { fetchTransport, plainTls, transportFor } from '../src/index.ts'
import type { HttpRequest } from '../src/index.ts'
import { FakeCloud } from '../src/testing.ts'

const run = promisify(execFile)

const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
)

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  // It listens on a port, not on a path.
  return (server.address() as AddressInfo).port
}

const get = (url: string, signal?: AbortSignal): HttpRequest => ({ method: 'GET', url, headers: {}, signal })

test('a cloud that nobody listens for was not reached', async () => {
  const server = createTcpServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  await expect(fetchTransport()(get(`http://127.0.0.1:${port}/v3?name=x`))).rejects.toMatchObject({
    code: 'OPENSTACK_CONNECT_FAILED',
    message: expect.stringContaining(`GET http://127.0.0.1:${port}/v3: cannot be reached`) as string,
  })
})

test('a name that does not exist was not reached', async () => {
  await expect(fetchTransport()(get('http://cloud.invalid/v3'))).rejects.toMatchObject({
    code: 'OPENSTACK_CONNECT_FAILED',
  })
})

test('a connection that breaks leaves open whether the request was carried out', async () => {
  const port = await listening(createTcpServer((socket) => socket.once('data', () => socket.destroy())))
  await expect(fetchTransport()(get(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
    code: 'OPENSTACK_CONNECTION_LOST',
  })
})

test('no answer in time, and a request that is stopped, are told apart', async () => {
  const server = createTcpServer((socket) => onTestFinished(() => void socket.destroy()))
  const url = `http://127.0.0.1:${await listening(server)}/`
  await expect(fetchTransport({ timeoutMs: 50 })(get(url))).rejects.toMatchObject({ code: 'OPENSTACK_TIMEOUT' })
  await expect(fetchTransport()(get(url, AbortSignal.abort()))).rejects.toMatchObject({ code: 'OPENSTACK_ABORTED' })
})

test('a redirect is an answer: a token does not go where it points', async () => {
  await using cloud = await FakeCloud.listen()
  cloud.respond('GET', '/there', { status: 302, headers: { location: `${cloud.url}/elsewhere` } })
  const answer = await fetchTransport()({ ...get(`${cloud.url}/there`), headers: { 'X-Auth-Token': 't' } })
  expect(answer.status).toBe(302)
  expect(cloud.asked).toHaveLength(1)
})

describe.skipIf(!hasOpenssl)('TLS (needs openssl)', () => {
  let pki = ''
  const at = (name: string): string => join(pki, name)

  beforeAll(async () => {
    pki = await mkdtemp(join(tmpdir(), 'openstack-tls-'))
    const key = (name: string): string[] => [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      at(name),
    ]
    await run('openssl', ['req', '-x509', ...key('ca.key'), '-subj', '/CN=Test CA', '-days', '2', '-out', at('ca.pem')])
    for (const name of ['server', 'client']) {
      await run('openssl', ['req', ...key(`${name}.key`), '-subj', `/CN=${name}`, '-out', at(`${name}.csr`)])
      await writeFile(at(`${name}.ext`), 'subjectAltName=IP:127.0.0.1\n')
      const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2']
      await run('openssl', [
        'x509',
        '-req',
        '-in',
        at(`${name}.csr`),
        ...authority,
        '-extfile',
        at(`${name}.ext`),
        '-out',
        at(`${name}.pem`),
      ])
    }
    return () => rm(pki, { recursive: true })
  })

  async function cloudWithTls(options: { readonly requestCert?: boolean } = {}): Promise<string> {
    const [ca, cert, key] = await Promise.all(['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(at(name))))
    const server = createServer({ ca: ca ?? '', cert: cert ?? '', key: key ?? '', ...options }, (request, response) => {
      response.end(JSON.stringify({ method: request.method }))
    })
    return `https://127.0.0.1:${await listening(server)}/`
  }

  test('cacert makes a cloud with its own authority known', async () => {
    const url = await cloudWithTls()
    const send = await transportFor({ ...plainTls, caFile: at('ca.pem') })
    expect(await send(get(url))).toMatchObject({ status: 200, body: '{"method":"GET"}' })
  })

  test('without it the cloud is not believed, and the error says what to set', async () => {
    const send = await transportFor(plainTls)
    await expect(send(get(await cloudWithTls()))).rejects.toMatchObject({
      code: 'OPENSTACK_TLS',
      message: expect.stringContaining('cacert') as string,
    })
  })

  test('insecure believes anyone', async () => {
    const send = await transportFor({ ...plainTls, verify: false })
    expect((await send(get(await cloudWithTls()))).status).toBe(200)
  })

  test('a certificate of our own is shown where the cloud wants one', async () => {
    const url = await cloudWithTls({ requestCert: true })
    const ours = { ...plainTls, caFile: at('ca.pem'), certFile: at('client.pem'), keyFile: at('client.key') }
    expect((await (await transportFor(ours))(get(url))).status).toBe(200)
    const without = await transportFor({ ...plainTls, caFile: at('ca.pem') })
    await expect(without(get(url))).rejects.toThrowError(/TLS failed|connection broke/)
  })

  test('an authority that cannot be read is told with its file', async () => {
    await expect(transportFor({ ...plainTls, caFile: at('nowhere.pem') })).rejects.toMatchObject({
      code: 'OPENSTACK_BAD_CONFIG',
      message: expect.stringContaining('nowhere.pem') as string,
    })
  })
})
