import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../src/index.ts'
import type { ConnectOptions } from '../src/index.ts'
import { Scram } from '../src/auth/scram.ts'
import { DaemonError, FakeLibvirtd, remote } from '../src/testing/fake-libvirtd.ts'
import { failure } from './session.ts'

const credentials = { username: 'user', password: 'pencil' }

describe('SCRAM-SHA-256', () => {
  // The example of RFC 7677.
  const nonce = 'rOprNGfwEbeRWgbNEkqO'
  const serverFirst = `r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`

  it('says what the RFC says', async () => {
    const scram = new Scram(credentials, nonce)
    expect(scram.first()).toBe(`n,,n=user,r=${nonce}`)
    expect(await scram.final(serverFirst)).toBe(
      `c=biws,r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    )
    expect(() => scram.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).not.toThrow()
    expect(() => scram.verify('v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toThrow(
      expect.objectContaining({ code: 'LIBVIRT_AUTH_FAILED' }),
    )
  })

  it('escapes what would end a name', () => {
    expect(new Scram({ username: 'a=b,c', password: '' }, 'n').first()).toBe('n,,n=a=3Db=2Cc,r=n')
  })

  it.each([
    ['another nonce', 'r=other,s=AA==,i=4096'],
    ['a nonce that the server added nothing to', `r=${nonce},s=AA==,i=4096`],
    ['too few iterations', `r=${nonce}x,s=AA==,i=1`],
    ['iterations without end', `r=${nonce}x,s=AA==,i=999999999`],
    ['an error', 'e=unknown-user'],
  ])('refuses %s', async (_, message) => {
    expect(await failure(new Scram(credentials, nonce).final(message))).toMatchObject({ code: 'LIBVIRT_AUTH_FAILED' })
  })
})

interface Attempt {
  readonly daemon: FakeLibvirtd
  readonly go: (options?: ConnectOptions) => Promise<unknown>
}

/** A daemon behind a private transport that lets in by SASL only. */
const saslDaemon = (mechlist: string, uri = 'qemu+tls://host1/system'): Attempt => {
  const daemon = new FakeLibvirtd()
  daemon.respond(remote.authList, () => ({ types: [1] }))
  daemon.respond(remote.authSaslInit, () => ({ mechlist }))
  onTestFinished(() => daemon[Symbol.asyncDispose]())
  const go = async (options: ConnectOptions = {}): Promise<unknown> => {
    const connection = await connect(uri, { transport: daemon.transport, ...options }).catch((error: unknown) => error)
    if (connection instanceof Error) return connection
    await (connection as Awaited<ReturnType<typeof connect>>).close()
    return 'in'
  }
  return { daemon, go }
}

const text = (data: Uint8Array): string => Buffer.from(data).toString()
const data = (words: string): { nil: number; data: Uint8Array } => ({ nil: 0, data: Buffer.from(words) })

const mac = (key: Uint8Array, words: string): Buffer => createHmac('sha256', key).update(words).digest()

const respondScram = (daemon: FakeLibvirtd, password: string, completeAtOnce: boolean): void => {
  let first = ''
  let serverFirst = ''
  daemon.respond(remote.authSaslStart, ({ data: sent }) => {
    first = text(sent).slice(3)
    serverFirst = `r=${first.split('r=')[1]}server,s=${Buffer.from('salt').toString('base64')},i=4096`
    return { complete: 0, ...data(serverFirst) }
  })
  daemon.respond(remote.authSaslStep, ({ nil, data: sent }) => {
    if (nil === 1) return { complete: 1, nil: 1, data: new Uint8Array() }
    const [withoutProof = '', proof = ''] = text(sent).split(',p=')
    const message = `${first},${serverFirst},${withoutProof}`
    const salted = pbkdf2Sync(password, 'salt', 4096, 32, 'sha256')
    const clientKey = mac(salted, 'Client Key')
    const signature = mac(createHash('sha256').update(clientKey).digest(), message)
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64')
    if (proof !== expected) throw new DaemonError('VIR_ERR_AUTH_FAILED', 'authentication failed', { domain: 7 })
    return {
      complete: completeAtOnce ? 1 : 0,
      ...data(`v=${mac(mac(salted, 'Server Key'), message).toString('base64')}`),
    }
  })
}

describe('a daemon that asks for SASL', () => {
  it.each([true, false])('lets in by SCRAM-SHA-256, the end said at once: %s', async (completeAtOnce) => {
    const { daemon, go } = saslDaemon('PLAIN,SCRAM-SHA-256,DIGEST-MD5')
    respondScram(daemon, 'pencil', completeAtOnce)
    expect(await go({ credentials })).toBe('in')
  })

  it('takes the user from the URI', async () => {
    const { daemon, go } = saslDaemon('SCRAM-SHA-256', 'qemu+tls://user@host1/system')
    respondScram(daemon, 'pencil', true)
    expect(await go({ credentials: { password: 'pencil' } })).toBe('in')
  })

  it('does not let in with a wrong password', async () => {
    const { daemon, go } = saslDaemon('SCRAM-SHA-256')
    respondScram(daemon, 'pen', true)
    expect(await go({ credentials })).toMatchObject({
      code: 'LIBVIRT_AUTH_FAILED',
      cause: expect.objectContaining({ code: 'VIR_ERR_AUTH_FAILED' }),
    })
    expect(daemon.callsOf(remote.connectOpen)).toEqual([])
  })

  it('is not believed when it does not know the password', async () => {
    const { daemon, go } = saslDaemon('SCRAM-SHA-256')
    respondScram(daemon, 'pencil', true)
    daemon.respond(remote.authSaslStep, () => ({ complete: 1, ...data('v=AAAA') }))
    expect(await go({ credentials })).toMatchObject({ code: 'LIBVIRT_AUTH_FAILED' })
    expect(daemon.callsOf(remote.connectOpen)).toEqual([])
  })

  it('lets in by PLAIN', async () => {
    const { daemon, go } = saslDaemon('DIGEST-MD5,PLAIN')
    daemon.respond(remote.authSaslStart, () => ({ complete: 1, nil: 1, data: new Uint8Array() }))
    expect(await go({ credentials })).toBe('in')
    expect(daemon.callsOf(remote.authSaslStart).map(({ mech, data: sent }) => [mech, text(sent)])).toEqual([
      ['PLAIN', '\0user\0pencil'],
    ])
  })

  it('is refused clearly when it offers neither', async () => {
    const { go } = saslDaemon('GSSAPI,DIGEST-MD5')
    expect(await go({ credentials })).toMatchObject({
      code: 'LIBVIRT_AUTH_UNSUPPORTED',
      message: expect.stringContaining('GSSAPI,DIGEST-MD5'),
    })
  })

  it('gets nothing over plain TCP, and nothing without credentials', async () => {
    const overTcp = saslDaemon('PLAIN', 'qemu+tcp://host1/system')
    expect(await overTcp.go({ credentials })).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' })
    expect(overTcp.daemon.callsOf(remote.authSaslInit)).toEqual([])
    const without = saslDaemon('PLAIN')
    expect(await without.go()).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED' })
    expect(without.daemon.callsOf(remote.authSaslInit)).toEqual([])
  })
})
