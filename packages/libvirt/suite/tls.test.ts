import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, connectLasting } from '../src/index.ts'
import type { Connection } from '../src/index.ts'
import { source, until } from './laboratory.ts'
import { ownDaemon } from './own-daemon.ts'

// Over TLS to a real libvirtd, with certificates made here.

const address = new URL(source.tcpUri).hostname
const port = 16614
let directory: string

const openssl = async (...args: string[]): Promise<void> => {
  await promisify(execFile)('openssl', args, { cwd: directory })
}

/** An authority and a certificate signed by it, as files `NAMEcert.pem` and `NAMEkey.pem`. */
const authority = (name: string): Promise<void> =>
  openssl(
    ...`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name} -keyout ${name}.key -out ${name}.pem`.split(
      ' ',
    ),
  )

const certificate = async (name: string, by: string): Promise<void> => {
  await writeFile(
    join(directory, 'extension'),
    `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth,clientAuth\n`,
  )
  await openssl(
    ...`req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=${name} -keyout ${name}key.pem -out ${name}.csr`.split(
      ' ',
    ),
  )
  await openssl(
    ...`x509 -req -in ${name}.csr -CA ${by}.pem -CAkey ${by}.key -CAcreateserial -days 2 -extfile extension -out ${name}cert.pem`.split(
      ' ',
    ),
  )
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'libvirt-tls-'))
  await authority('ca')
  await authority('other')
  await certificate('server', 'ca')
  await certificate('client', 'ca')
  await certificate('stranger', 'other')
  await cp(join(directory, 'ca.pem'), join(directory, 'cacert.pem'))
})

afterAll(() => rm(directory, { recursive: true }))

const file = (name: string): Promise<string> => readFile(join(directory, name), 'utf8')

const daemonWithTls = async (auth = 'none', prepare: readonly string[] = []): Promise<ReturnType<typeof ownDaemon>> => {
  return ownDaemon(
    [
      'listen_tls = 1',
      'listen_tcp = 0',
      `tls_port = "${port}"`,
      `auth_tls = "${auth}"`,
      'ca_file = "/run/cacert.pem"',
      'cert_file = "/run/servercert.pem"',
      'key_file = "/run/serverkey.pem"',
    ],
    {
      'cacert.pem': await file('ca.pem'),
      'servercert.pem': await file('servercert.pem'),
      'serverkey.pem': await file('serverkey.pem'),
    },
    prepare,
  )
}

const uri = (query = ''): string => `test+tls://${address}:${port}/default?pkipath=${directory}${query}`

const opened = (): Promise<Connection> => until('libvirtd', () => connect(uri()).catch(() => undefined))

it('a real daemon answers over TLS, and takes no certificate but one of its authority', async () => {
  const daemon = await daemonWithTls()
  daemon.start()
  await using connection = await opened()
  expect(await connection.getHostname()).toBe(source.name)
  expect((await connection.listAllDomains()).map(({ name }) => name)).toEqual(['test'])

  const stranger = await mkdtemp(join(tmpdir(), 'libvirt-tls-'))
  await cp(join(directory, 'ca.pem'), join(stranger, 'cacert.pem'))
  await cp(join(directory, 'strangercert.pem'), join(stranger, 'clientcert.pem'))
  await cp(join(directory, 'strangerkey.pem'), join(stranger, 'clientkey.pem'))
  const refused = await connect(`test+tls://${address}:${port}/default?pkipath=${stranger}`).catch(
    (error: unknown) => error,
  )
  expect(refused).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' })
  // The other way round: a server that our authority does not know.
  await cp(join(directory, 'other.pem'), join(stranger, 'cacert.pem'))
  const distrusted = await connect(`test+tls://${address}:${port}/default?pkipath=${stranger}`).catch(
    (error: unknown) => error,
  )
  expect(distrusted).toMatchObject({ code: 'LIBVIRT_CONNECT_FAILED' })
  await rm(stranger, { recursive: true })
})

it('a lasting connection outlives a daemon that is killed', async () => {
  const daemon = await daemonWithTls()
  daemon.start()
  await using host = connectLasting(uri(), { backOff: { firstMs: 50, maxMs: 200 } })
  const events: string[] = []
  await host.domainEventRegisterAny('lifecycle', ({ event }) => events.push(event))
  const gaps: string[] = []
  host.onGap(({ reason }) => gaps.push(reason.code))
  const first = await host.open()
  await daemon.kill()
  await until('the loss', async () => (host.current === undefined ? true : undefined))
  expect(first.isClosed).toBe(true)
  daemon.start()
  const second = await host.open()
  expect(gaps).toEqual(['LIBVIRT_CONNECTION_LOST'])
  await (await second.domainLookupByName('test')).suspend()
  await until('an event on the new connection', async () => (events.includes('suspended') ? true : undefined))
})

it.each(['scram-sha-256', 'plain'])('a real daemon lets in by SASL over TLS: %s', async (mechanism) => {
  const daemon = await daemonWithTls('sasl', [
    'mount -t tmpfs none /etc/sasl2',
    `printf 'mech_list: ${mechanism}\\npwcheck_method: auxprop\\nauxprop_plugin: sasldb\\nsasldb_path: /run/passwd.db\\n' > /etc/sasl2/libvirt.conf`,
    'echo secret | saslpasswd2 -p -c -a libvirt -f /run/passwd.db fred',
  ])
  daemon.start()
  const credentials = { username: 'fred', password: 'secret' }
  await using connection = await until('libvirtd', () => connect(uri(), { credentials }).catch(() => undefined))
  expect(await connection.getHostname()).toBe(source.name)
  const wrong = await connect(uri(), { credentials: { ...credentials, password: 'wrong' } }).catch(
    (error: unknown) => error,
  )
  expect(wrong).toMatchObject({ code: 'LIBVIRT_AUTH_FAILED' })
  const without = await connect(uri()).catch((error: unknown) => error)
  expect(without).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' })
})
