// Against a stand-in of an issuer that signs for real, over HTTP.
import type { JWTPayload } from 'jose'
import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { KnownToken } from '../tokens.ts'
import { appUnderTest, token as tokens } from '../../../testing/app-under-test.ts'
import { FakeClient } from '../../../testing/fake-client.ts'
import type { IssuerStandIn } from './issuer-stand-in.ts'
import { client, issuerStandIn } from './issuer-stand-in.ts'
import { PeopleSignIn } from './people-sign-in.ts'
import { Sessions, sessionMs } from './sessions.ts'

const redirectUri = 'https://landfall.example/console/sign-in/done'

let issuer: IssuerStandIn
let kept: KnownToken[]
let now: number
let app: ReturnType<typeof appUnderTest>
let failures: unknown[]

beforeAll(async () => {
  issuer = await issuerStandIn()
})
afterAll(() => issuer[Symbol.asyncDispose]())
beforeEach(() => {
  Object.assign(issuer, { claims: {}, signsWith: null, exchanged: 0 })
  ;[kept, now, failures] = [[], 1, []]
  const store = {
    add: async (record: KnownToken) => void kept.push(record),
    find: async (hash: string) => kept.find((each) => each.hash === hash) ?? null,
    list: async () => [...kept],
    remove: async (name: string) => {
      const before = kept.length
      kept = kept.filter((each) => each.name !== name)
      return kept.length < before
    },
  }
  const access = {
    issuer: issuer.url,
    audience: 'landfall',
    nameClaim: 'sub',
    scopeClaim: 'groups',
    scopes: { read: ['everybody'], operate: ['operators'], admin: ['admins'] },
  }
  const by = { clientId: client.id, clientSecret: client.secret, redirectUri, requestScope: 'openid groups' }
  app = appUnderTest(new FakeClient(), () => now, {
    tokens: store,
    signIn: { signIn: new PeopleSignIn(access, by), sessions: new Sessions(store, () => now) },
    onAnswered: ({ error }) => void (error !== null && failures.push(error)),
  })
})

/** A browser, as far as it has cookies. */
class Browser {
  readonly cookies = new Map<string, string>()
  readonly set: string[] = []

  async ask(path: string, { site = 'same-origin', method = 'GET' } = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await app.request(path, { method, headers: { cookie, 'sec-fetch-site': site } })
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/Max-Age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  /** To the issuer, and back. @returns where it is sent back to, in this service */
  async begin(): Promise<string> {
    const began = await this.ask('/console/sign-in/begin')
    const there = await fetch(began.headers.get('location') ?? '', { redirect: 'manual' })
    const back = new URL(there.headers.get('location') ?? '')
    return back.pathname + back.search
  }

  /** @returns where the console is opened then */
  async end(back: string): Promise<string | null> {
    return (await this.ask(back, { site: 'cross-site' })).headers.get('location')
  }

  caller = (site = 'same-origin'): Promise<Response> => this.ask('/api/v1/caller', { site })
}

test('whoever the issuer knows is signed in by a cookie that no script and no other site can use, and signs out', async () => {
  const browser = new Browser()
  expect(await browser.end(await browser.begin())).toBe('/console/')
  expect(await (await browser.caller()).json()).toEqual({ name: 'oidc:ann', scope: 'operate' })
  const [session = ''] = browser.set.filter((line) => line.startsWith('__Host-landfall='))
  for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(session).toContain(part)
  expect([...browser.cookies.keys()]).toEqual(['__Host-landfall'])
  expect((await browser.caller('cross-site')).status).toBe(401)
  expect((await browser.ask('/console/sign-in/out', { method: 'POST', site: 'cross-site' })).status).toBe(400)
  const [cookie = ''] = browser.cookies.values()
  expect((await browser.ask('/console/sign-in/out', { method: 'POST' })).status).toBe(204)
  expect([kept, [...browser.cookies]]).toEqual([[], []])
  browser.cookies.set('__Host-landfall', cookie)
  expect((await browser.caller()).status).toBe(401)
})

test('a session ends by itself, and what is over is removed when the next begins', async () => {
  const browser = new Browser()
  await browser.end(await browser.begin())
  now += sessionMs
  expect((await browser.caller()).status).toBe(401)
  await browser.end(await browser.begin())
  expect(kept).toHaveLength(1)
})

const seconds = Math.floor(Date.now() / 1000)

test.each<[string, JWTPayload, string]>([
  ['of another sign-in', { nonce: 'of another' }, 'sign-in-refused'],
  ['that has expired', { iat: seconds - 900, exp: seconds - 600 }, 'sign-in-refused'],
  ['for another client', { aud: 'another' }, 'sign-in-refused'],
  ['of another issuer', { iss: 'https://other.example' }, 'sign-in-refused'],
  ['of somebody who may nothing here', { groups: ['others'] }, 'scope-too-small'],
  ['that names nobody', { sub: 'a\nb' }, 'unknown-token'],
])('an ID token %s signs nobody in', async (_which, claims, code) => {
  issuer.claims = claims
  const browser = new Browser()
  expect(await browser.end(await browser.begin())).toBe(`/console/?refused=${code}`)
  expect([kept, [...browser.cookies]]).toEqual([[], []])
  expect(failures).toMatchObject([{ code }])
})

test('an ID token that somebody else signed signs nobody in', async () => {
  issuer.signsWith = (await generateKeyPair('ES256')).privateKey
  const browser = new Browser()
  expect(await browser.end(await browser.begin())).toBe('/console/?refused=sign-in-refused')
})

test.each<[string, (back: string) => string]>([
  ['with another state', (back) => back.replace(/state=[^&]*/, 'state=forged')],
  ['without a state', (back) => back.replace(/&?state=[^&]*/, '')],
  ['without a code', (back) => back.replace(/code=[^&]*&/, '')],
  ['with a code that was not given', (back) => back.replace(/code=[^&]*/, 'code=stolen')],
  ['with what the issuer says of a refusal', () => '/console/sign-in/done?error=access_denied'],
])('who comes back %s is not signed in', async (_how, changed) => {
  const browser = new Browser()
  expect(await browser.end(changed(await browser.begin()))).toBe('/console/?refused=sign-in-refused')
  expect(kept).toEqual([])
})

test('what another browser began is not taken, and what was taken once is not taken again', async () => {
  const [browser, other] = [new Browser(), new Browser()]
  const back = await browser.begin()
  expect(await other.end(back)).toBe('/console/?refused=sign-in-refused')
  await other.begin()
  expect(await other.end(back)).toBe('/console/?refused=sign-in-refused')
  expect(issuer.exchanged).toBe(0)
  expect(await browser.end(back)).toBe('/console/')
  expect(await browser.end(back)).toBe('/console/?refused=sign-in-refused')
  expect(issuer.exchanged).toBe(1)
})

test('a cookie that is malformed is none', async () => {
  const browser = new Browser()
  const back = await browser.begin()
  for (const value of ['%', 'e30', Buffer.from('{"state":1,"nonce":2,"verifier":3}').toString('base64url')]) {
    browser.cookies.set('__Host-landfall-sign-in', value)
    expect(await browser.end(back)).toBe('/console/?refused=sign-in-refused')
  }
})

test('it is offered with the name of the issuer, and not at all where it is not configured', async () => {
  const offer = async (): Promise<unknown> => (await app.request('/console/sign-in/offer')).json()
  expect(await offer()).toEqual({ issuer: new URL(issuer.url).host })
  app = appUnderTest(new FakeClient(), () => now)
  expect(await offer()).toEqual({ issuer: null })
  expect((await app.request('/api/v1/caller', { headers: { authorization: `Bearer ${tokens.read}` } })).status).toBe(
    200,
  )
})

test('an issuer that does not answer is said to be away', async () => {
  const away = await issuerStandIn()
  await away[Symbol.asyncDispose]()
  const access = {
    issuer: away.url,
    audience: 'a',
    nameClaim: 'sub',
    scopeClaim: 'groups',
    scopes: { read: [], operate: [], admin: [] },
  }
  const signIn = new PeopleSignIn(access, { clientId: 'c', clientSecret: null, redirectUri, requestScope: 'openid' })
  await expect(signIn.begin()).rejects.toMatchObject({ code: 'issuer-unreachable' })
})
