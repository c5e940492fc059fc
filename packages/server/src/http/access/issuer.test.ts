// Against a real issuer of its own, over HTTP.
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { apiPath } from '@landfall/api'
import type { CryptoKey, JWK } from 'jose'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { appUnderTest, token } from '../../testing/app-under-test.ts'
import { FakeClient } from '../../testing/fake-client.ts'
import { Issuer } from './issuer.ts'

interface Pair {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

async function pair(kid: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } }
}

let own: Pair
let stranger: Pair
let server: Server
let address: string
/** What it publishes. */
let keys: readonly JWK[]
let asked: string[]
let answers: boolean
let callsItself: string | null
let now: number
let issuer: Issuer

beforeAll(async () => {
  ;[own, stranger] = [await pair('k1'), await pair('k1')]
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (!answers) return response.writeHead(500).end()
    const isKeys = request.url === '/keys'
    const document = { issuer: callsItself ?? address, jwks_uri: `${address}/keys` }
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(isKeys ? { keys } : document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
afterEach(() => {
  vi.useRealTimers()
})
beforeEach(() => {
  keys = [own.jwk]
  asked = []
  answers = true
  callsItself = null
  now = 1_700_000_000_000
  issuer = new Issuer(
    {
      issuer: address,
      audience: 'landfall',
      nameClaim: 'sub',
      scopeClaim: 'scope',
      scopes: { read: ['read'], operate: ['operate'], admin: ['admin'] },
    },
    () => now,
  )
})

interface Made {
  readonly by?: Pair
  readonly kid?: string
  readonly iss?: string
  readonly aud?: string
  readonly expiresInSeconds?: number | null
}

function made({
  by = own,
  kid = 'k1',
  iss = address,
  aud = 'landfall',
  expiresInSeconds = 60,
}: Made = {}): Promise<string> {
  const jwt = new SignJWT({ scope: 'openid operate' }).setProtectedHeader({ alg: 'ES256', kid })
  jwt.setSubject('ann').setIssuer(iss).setAudience(aud)
  if (expiresInSeconds !== null) jwt.setExpirationTime(now / 1000 + expiresInSeconds)
  return jwt.sign(by.privateKey)
}

test('a token of the issuer is taken; its keys are fetched once', async () => {
  const tokens = await Promise.all([made(), made(), made()])
  const callers = await Promise.all(tokens.map((each) => issuer.identify(each)))
  expect(callers).toEqual(Array.from({ length: 3 }, () => ({ name: 'oidc:ann', scope: 'operate' })))
  await issuer.identify(await made())
  expect(asked).toEqual(['/.well-known/openid-configuration', '/keys'])
})

test.each<[string, () => Promise<string>]>([
  ['that somebody else signed, under the same name of a key', () => made({ by: stranger })],
  ['for another audience', () => made({ aud: 'somebody else' })],
  ['of another issuer', () => made({ iss: 'https://other.example' })],
  ['that has expired', () => made({ expiresInSeconds: -31 })],
  ['that never expires', () => made({ expiresInSeconds: null })],
  ['whose key is not published', () => made({ kid: 'k2' })],
  [
    'signed with a public key as if that were a secret',
    () =>
      new SignJWT({ scope: 'admin' })
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .setExpirationTime(now / 1000 + 60)
        .sign(new TextEncoder().encode(JSON.stringify(own.jwk))),
  ],
  [
    'that is not signed',
    async () => new UnsecuredJWT({ scope: 'admin' }).setSubject('ann').setIssuer(address).encode(),
  ],
  ['that is none', async () => 'a.b.c'],
])('a token %s is not', async (_name, make) => {
  await expect(issuer.identify(await make())).rejects.toMatchObject({ code: 'unknown-token' })
})

test('a key that nobody published has the issuer asked once, however often it is shown', async () => {
  for (let times = 0; times < 5; times++) {
    await expect(issuer.identify(await made({ kid: 'k2' }))).rejects.toMatchObject({ code: 'unknown-token' })
  }
  expect(asked.filter((path) => path === '/keys')).toHaveLength(1)
})

test('an issuer that does not answer is told as that, and left alone for a moment', async () => {
  answers = false
  for (let times = 0; times < 3; times++) {
    await expect(issuer.identify(await made())).rejects.toMatchObject({ code: 'issuer-unreachable' })
  }
  expect(asked).toHaveLength(1)
  answers = true
  now += 5000
  expect(await issuer.identify(await made())).toMatchObject({ name: 'oidc:ann' })
})

test('while the issuer does not answer, its keys that are at hand serve, whatever strangers show', async () => {
  // jose keeps the age of keys by the system's clock: an unknown key is looked for half a minute after they were fetched.
  vi.useFakeTimers({ toFake: ['Date'] })
  await issuer.identify(await made())
  answers = false
  vi.setSystemTime(Date.now() + 31_000)
  now += 31_000
  await expect(issuer.identify(await made({ kid: 'k2' }))).rejects.toMatchObject({ code: 'issuer-unreachable' })
  const before = asked.length
  await expect(issuer.identify(await made({ kid: 'k2' }))).rejects.toMatchObject({ code: 'issuer-unreachable' })
  expect(asked).toHaveLength(before)
  expect(await issuer.identify(await made())).toMatchObject({ name: 'oidc:ann' })
})

test('a key that the issuer has added is found', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await issuer.identify(await made())
  keys = [own.jwk, { ...stranger.jwk, kid: 'k2' }]
  vi.setSystemTime(Date.now() + 31_000)
  expect(await issuer.identify(await made({ by: stranger, kid: 'k2' }))).toMatchObject({ name: 'oidc:ann' })
})

test('one that calls itself otherwise is not believed', async () => {
  callsItself = 'https://other.example'
  await expect(issuer.identify(await made())).rejects.toMatchObject({
    code: 'issuer-unreachable',
    message: expect.stringContaining('it calls itself "https://other.example"'),
  })
})

async function get(app: ReturnType<typeof appUnderTest>, bearer: string): Promise<readonly unknown[]> {
  const response = await app.request(`${apiPath}/caller`, { headers: { authorization: `Bearer ${bearer}` } })
  return [response.status, await response.json()]
}

test('over HTTP its scope holds like that of our own tokens, which go on beside it', async () => {
  const app = appUnderTest(new FakeClient(), () => now, { people: issuer })
  expect(await get(app, await made())).toEqual([200, { name: 'oidc:ann', scope: 'operate' }])
  expect(await get(app, token.read)).toMatchObject([200, { scope: 'read' }])
  expect(await get(app, await made({ aud: 'x' }))).toMatchObject([401, { code: 'unknown-token' }])
  const without = appUnderTest(new FakeClient(), () => now)
  expect(await get(without, await made())).toMatchObject([401, { code: 'unknown-token' }])
})
