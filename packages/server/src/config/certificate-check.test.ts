import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeCertificate } from './certificate-check.ts'
import { namedCertificates } from './named-certificates.ts'

const openssl = '/usr/bin/openssl'
const day = 86_400_000
let folder: string
const file = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(file(name), 'utf8')

const run = (line: string): unknown => execFileSync(openssl, line.split(' '), { cwd: folder, stdio: 'ignore' })

/** An authority, a certificate that it signed for two days, and another authority of the same name. */
function makeCertificates(): void {
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
  for (const name of ['ca', 'other'])
    run(`req -x509 ${key} -days 9 -subj /CN=hosts -keyout ${name}key.pem -out ${name}cert.pem`)
  run(`req ${key} -subj /CN=controller -keyout clientkey.pem -out client.csr`)
  run('x509 -req -in client.csr -CA cacert.pem -CAkey cakey.pem -days 2 -out clientcert.pem')
}

const pair = () => ({
  certificate: text('clientcert.pem'),
  key: text('clientkey.pem'),
  authority: text('cacert.pem'),
})
const told = (words: string): unknown => ({ kind: 'bad', why: expect.stringContaining(words) })

describe.skipIf(!existsSync(openssl))('certificates that a configuration names', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-'))
    makeCertificates()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('one that its authority signed is good until its last day', () => {
    const verdict = judgeCertificate(pair(), Date.now())
    expect(verdict).toMatchObject({ kind: 'good' })
    const expiresAt = verdict.kind === 'good' ? verdict.expiresAt : 0
    expect(expiresAt).toBeGreaterThan(Date.now() + day)
    expect(judgeCertificate(pair(), expiresAt)).toMatchObject({ kind: 'good' })
  })

  test('what nobody would accept is told with its reason', () => {
    const now = Date.now()
    const why = (changed: Partial<ReturnType<typeof pair>>, at = now): unknown =>
      judgeCertificate({ ...pair(), ...changed }, at)
    expect(why({}, now + 3 * day)).toEqual(told('the certificate expired on'))
    expect(why({}, now - day)).toEqual(told('is not valid before'))
    expect(why({ key: text('cakey.pem') })).toEqual(told('not the one of the certificate'))
    expect(why({ key: 'none' })).toEqual(told('none in PEM'))
    expect(why({ certificate: '' })).toEqual(told('none in PEM'))
    expect(why({ authority: text('othercert.pem') })).toEqual(told('did not sign'))
  })

  test('each is read once, for all hosts that need it; those over ssh need none', () => {
    writeFileSync(file('served.pem'), text('clientcert.pem'))
    const hosts = [
      { name: 'host1', uri: `qemu+tls://host1/system?pkipath=${folder}` },
      { name: 'host2', uri: `qemu+tls://host2/system?pkipath=${folder}` },
      { name: 'host3', uri: 'qemu+ssh://host3/system' },
    ]
    const server = { tls: { certificate: file('served.pem'), key: file('missing.pem') } }
    expect(namedCertificates({ hosts, server }, Date.now())).toMatchObject([
      { usedFor: 'server', verdict: { kind: 'bad', why: expect.stringContaining('missing.pem') } },
      { usedFor: 'host1, host2', path: file('clientcert.pem'), verdict: { kind: 'good' } },
    ])
  })
})
