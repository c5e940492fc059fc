import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface Asked {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Responder = (asked: Asked) => Answer | Promise<Answer>

/** A service's API as a fake offers it. */
interface FakeService {
  readonly type: string
  readonly path: string
  readonly discovery: unknown
}

const nova: FakeService = {
  type: 'compute',
  path: '/compute/v2.1',
  discovery: { version: { id: 'v2.1', status: 'CURRENT', version: '2.100', min_version: '2.1', links: [] } },
}
const placement: FakeService = {
  type: 'placement',
  path: '/placement',
  discovery: { versions: [{ id: 'v1.0', status: 'CURRENT', max_version: '1.39', min_version: '1.0', links: [] }] },
}
const cinder: FakeService = {
  type: 'volumev3',
  path: '/volume/v3',
  discovery: { versions: [{ id: 'v3.0', status: 'CURRENT', version: '3.71', min_version: '3.0', links: [] }] },
}
const neutron: FakeService = { type: 'network', path: '/network', discovery: { versions: [] } }

/**
 * A cloud that speaks HTTP and does what it is told: a Keystone that gives tokens to `admin`, and services that answer by rules.
 * Tokens can be made to end or to hold no more.
 */
export class FakeCloud implements AsyncDisposable {
  readonly asked: Asked[] = []
  /** How many tokens were given. */
  tokens = 0
  tokenLifeMs = 3_600_000
  now: () => number = Date.now
  readonly #server: Server
  readonly #rules: { readonly method: string; readonly path: string | RegExp; readonly responder: Responder }[] = []
  readonly #revoked = new Set<string>()
  readonly #services: FakeService[] = [nova, placement, cinder, neutron]

  private constructor(server: Server) {
    this.#server = server
  }

  static async listen(): Promise<FakeCloud> {
    const server = createServer((request, response) => void fake.#serve(request, response))
    const fake = new FakeCloud(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get url(): string {
    // It listens on a port, not on a path.
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  /** What an openrc file would set. */
  get environment(): Record<string, string> {
    return {
      OS_AUTH_URL: `${this.url}/identity/v3`,
      OS_USERNAME: 'admin',
      OS_PASSWORD: 'secret',
      OS_PROJECT_NAME: 'admin',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
      OS_REGION_NAME: 'RegionOne',
    }
  }

  /** The newest rule that fits answers. Paths without the query; `/compute/v2.1/servers`. */
  respond(method: string, path: string | RegExp, responder: Responder | Answer): void {
    const act = typeof responder === 'function' ? responder : () => responder
    this.#rules.unshift({ method, path, responder: act })
  }

  /** What a service says of its versions. */
  discovery(type: string, body: unknown): void {
    const index = this.#services.findIndex((service) => service.type === type)
    const old = this.#services[index]
    if (old !== undefined) this.#services[index] = { ...old, discovery: body }
  }

  /** Tokens given so far hold no more. */
  revoke(): void {
    for (let number = 1; number <= this.tokens; number += 1) this.#revoked.add(`token-${number}`)
  }

  /** Requests that are not about tokens and versions. */
  get calls(): Asked[] {
    return this.asked.filter(
      ({ path }) => !path.startsWith('/identity') && !this.#services.some((service) => `${service.path}/` === path),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    )
    const asked: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    this.asked.push(asked)
    const answer = await this.#answer(asked)
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body)
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json',
      'x-openstack-request-id': `req-${this.asked.length}`,
      ...answer.headers,
    })
    response.end(body)
  }

  #answer(asked: Asked): Answer | Promise<Answer> {
    const [path = ''] = asked.path.split('?', 1)
    const rule = this.#rules.find(
      (each) =>
        each.method === asked.method && (typeof each.path === 'string' ? each.path === path : each.path.test(path)),
    )
    if (path === '/identity/v3/auth/tokens' && rule === undefined) return this.#giveToken(asked)
    const service = this.#services.find((each) => `${each.path}/` === path)
    if (service !== undefined && rule === undefined) return { body: service.discovery }
    const token = asked.headers['x-auth-token']
    if (token === undefined || this.#revoked.has(token)) return unauthorized
    if (rule !== undefined) return rule.responder(asked)
    return { status: 404, body: { itemNotFound: { code: 404, message: `no rule answers ${asked.method} ${path}` } } }
  }

  #giveToken({ body }: Asked): Answer {
    if (!JSON.stringify(body).includes('secret')) return unauthorized
    this.tokens += 1
    const catalog = this.#services.map(({ type, path }) => ({
      type,
      name: type,
      endpoints: [{ interface: 'public', region_id: 'RegionOne', region: 'RegionOne', url: `${this.url}${path}` }],
    }))
    const at = this.now()
    return {
      status: 201,
      headers: { 'x-subject-token': `token-${this.tokens}` },
      body: {
        token: {
          issued_at: new Date(at).toISOString(),
          expires_at: new Date(at + this.tokenLifeMs).toISOString(),
          project: { id: 'p1', name: 'admin' },
          user: { id: 'u1', name: 'admin' },
          roles: [{ id: 'r1', name: 'admin' }],
          catalog,
        },
      },
    }
  }
}

const unauthorized: Answer = {
  status: 401,
  body: { error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } },
}
