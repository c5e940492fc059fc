import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PeerCertificate } from 'node:tls'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from './listen.ts'

const openssl = '/usr/bin/openssl'
let folder: string
const file = (name: string): string => join(folder, name)

/** A certificate of that name, with its key, where those before may be. */
function make(name: string, at: string): void {
  const line = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=${name} -keyout ${at}.key -out ${at}.pem`
  execFileSync(openssl, line.split(' '), { cwd: folder, stdio: 'ignore' })
}

const served = (certificate: string, key: string) =>
  listen(() => new Response('ok'), {
    listen: { host: '127.0.0.1', port: 0 },
    tls: { certificate: file(certificate), key: file(key) },
    mostConnections: 10,
  })

/** Whose certificate a new connection is shown. */
const shownAt = (url: string): Promise<PeerCertificate['subject']['CN']> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN)
      socket.destroy()
    })
    socket.once('error', reject)
  })

describe.skipIf(!existsSync(openssl))('what a service is served with over TLS', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-'))
    make('first', 'own')
    make('other', 'other')
    writeFileSync(file('none.pem'), 'nothing of the kind')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['a certificate that is none', 'none.pem', 'own.key', 'are no certificate and its key'],
    ['a key of another certificate', 'own.pem', 'other.key', 'are no certificate and its key'],
    ['a key that is not there', 'own.pem', 'missing.key', 'ENOENT'],
  ])('%s is a mistake of the configuration, with what to do', async (_what, certificate, key, words) => {
    await expect(served(certificate, key)).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringContaining(words),
      next: expect.any(String),
    })
  })

  test('a certificate that was renewed in its place is shown once it is read again; one that does not fit is not taken', async () => {
    await using listening = await served('own.pem', 'own.key')
    expect(await shownAt(listening.url)).toBe('first')
    make('second', 'own')
    expect(await shownAt(listening.url)).toBe('first')
    listening.renewTls()
    expect(await shownAt(listening.url)).toBe('second')
    writeFileSync(file('own.key'), 'nothing of the kind')
    expect(() => listening.renewTls()).toThrow('are no certificate and its key')
    expect(await shownAt(listening.url)).toBe('second')
  })
})
