import { expect, test } from 'vitest'
import { isNotFound } from '../errors.ts'
import type { HttpAnswer, HttpRequest, Transport } from '../http/exchange.ts'
import type { KeystoneAuth } from './auth-method.ts'
import { Session } from './session.ts'

const auth: KeystoneAuth = {
  kind: 'password',
  url: 'http://keystone:5000',
  user: { name: 'admin', domain: { name: 'Default' } },
  password: 'secret',
  scope: { kind: 'project', project: { name: 'admin', domain: { id: 'default' } } },
}

/** A Keystone whose tokens last an hour, and a service that takes those which are not refused. */
class World {
  nowMs = Date.parse('2026-11-28T12:00:00Z')
  tokens = 0
  readonly asked: HttpRequest[] = []
  refuse: (token: string | undefined) => boolean = () => false
  readonly session: Session

  constructor(method: ConstructorParameters<typeof Session>[0]['auth'] = auth) {
    const transport: Transport = (request) => {
      this.asked.push(request)
      return Promise.resolve(this.#answer(request))
    }
    this.session = new Session({ auth: method, transport, now: () => this.nowMs })
  }

  #answer(request: HttpRequest): HttpAnswer {
    if (!request.url.endsWith('/auth/tokens')) {
      const refused = this.refuse(request.headers['X-Auth-Token'])
      return { status: refused ? 401 : 200, headers: {}, body: '{}' }
    }
    this.tokens += 1
    const token = {
      issued_at: new Date(this.nowMs).toISOString(),
      expires_at: new Date(this.nowMs + 3_600_000).toISOString(),
      user: { id: 'u', name: 'admin' },
    }
    return { status: 201, headers: { 'x-subject-token': `t${this.tokens}` }, body: JSON.stringify({ token }) }
  }

  async get(): Promise<number> {
    return (await this.session.send({ method: 'GET', url: 'http://nova/servers', headers: {} })).status
  }
}

test('one token serves many calls, those at the same moment included', async () => {
  const world = new World()
  expect(await Promise.all([world.get(), world.get(), world.get()])).toEqual([200, 200, 200])
  await world.get()
  expect(world.tokens).toBe(1)
})

test('a token that ends within two minutes is not begun with', async () => {
  const world = new World()
  await world.get()
  world.nowMs += 3_600_000 - 121_000
  await world.get()
  expect(world.tokens).toBe(1)
  world.nowMs += 2_000
  await world.get()
  expect(world.tokens).toBe(2)
})

test('a token that holds no more is asked for again, once', async () => {
  const world = new World()
  await world.get()
  world.refuse = (token) => token === 't1'
  expect(await world.get()).toBe(200)
  expect(world.tokens).toBe(2)
  world.refuse = () => true
  expect(await world.get()).toBe(401)
  expect(world.tokens).toBe(3)
})

test('two calls whose token holds no more share the next one', async () => {
  const world = new World()
  await world.get()
  world.refuse = (token) => token === 't1'
  expect(await Promise.all([world.get(), world.get()])).toEqual([200, 200])
  expect(world.tokens).toBe(2)
})

test('a fresh token can be had before what will need it for long', async () => {
  const world = new World()
  await world.get()
  await world.session.renew()
  expect(world.tokens).toBe(2)
})

test('who stops waiting for a token does not stop the others', async () => {
  const world = new World()
  const stop = new AbortController()
  const stopped = world.session.access(stop.signal)
  const other = world.session.access()
  stop.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'OPENSTACK_ABORTED' })
  expect(await other).toMatchObject({ token: 't1' })
})

const refusing: Transport = () =>
  Promise.resolve({
    status: 401,
    headers: { 'x-openstack-request-id': 'req-1' },
    body: '{"error":{"code":401,"message":"Wrong password.","title":"Unauthorized"}}',
  })

test('what Keystone refuses is told in its words', async () => {
  await expect(new Session({ auth, transport: refusing }).access()).rejects.toMatchObject({
    code: 'OPENSTACK_UNAUTHORIZED',
    service: 'identity',
    fault: 'Unauthorized',
    details: 'Wrong password.',
    requestId: 'req-1',
  })
})

const withoutCredential: Transport = () => {
  const body = { error: { code: 404, message: 'Could not find Application Credential: x.', title: 'Not Found' } }
  return Promise.resolve({ status: 404, headers: {}, body: JSON.stringify(body) })
}

test('a credential that is gone is not taken for a thing that is', async () => {
  const error: unknown = await new Session({ auth, transport: withoutCredential })
    .access()
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'OPENSTACK_UNAUTHORIZED', status: 404, service: 'identity' })
  expect(isNotFound(error)).toBe(false)
})

test('without a Keystone none is asked', async () => {
  const world = new World({ kind: 'http-basic', endpoint: 'http://nova', username: 'u', password: 'p' })
  await world.get()
  expect(world.tokens).toBe(0)
  expect(world.asked[0]?.headers).toEqual({ Authorization: 'Basic dTpw' })
  expect(await world.session.access()).toBeNull()
})
