import { fileURLToPath } from 'node:url'
import type { Client, Scope } from '@landfall/api'
import { scopes } from '@landfall/api'
import { consoleFolder } from '@landfall/console'
import { hashOf, newToken } from '@landfall/server'
import type { SignInRoutes } from '@landfall/server/parts'
import { AtATime, createApp, listen, RateLimit, readConsole } from '@landfall/server/parts'

export interface ScriptedService extends AsyncDisposable {
  readonly url: string
  readonly token: Readonly<Record<Scope, string>>
}

/** The service's own HTTP before a scripted client, on a port of its own or the one that is given. */
export async function serve(
  client: Client,
  { port = 0, token = newTokens(), hasIssuer = false } = {},
): Promise<ScriptedService> {
  const known = scopes.map((scope) => ({ name: `ann-${scope}`, scope, hash: hashOf(token[scope]), expiresAt: null }))
  const app = createApp({
    client,
    version: '0.1.0',
    tokens: { find: async (hash) => known.find((each) => each.hash === hash) ?? null },
    people: null,
    signIn: hasIssuer
      ? {
          signIn: scriptedIssuer(() => listening.url),
          sessions: {
            open: async (caller) => {
              const own = newToken()
              known.push({ ...caller, hash: hashOf(own), expiresAt: null })
              return own
            },
            close: async (own) =>
              void known.splice(
                known.findIndex(({ hash }) => hash === hashOf(own)),
                1,
              ),
          },
        }
      : null,
    keys: {
      find: async () => ({ kind: 'new' }),
      claim: async () => ({ kind: 'new' }),
      answer: async () => undefined,
      drop: async () => undefined,
    },
    limits: {
      requests: rate(),
      strangers: rate(),
      streams: new AtATime(1000, 'event streams'),
      plans: new AtATime(1000, 'plans'),
    },
    addressOf: () => '',
    beforeAct: async () => undefined,
    mayNameFiles: false,
    metrics: { contentType: 'text/plain', text: async () => '' },
    console: readConsole(fileURLToPath(consoleFolder)),
    ready: () => true,
    now: () => Date.now(),
    newRequestId: () => 'r1',
    onAnswered: () => undefined,
  })
  const listening = await listen(app.fetch, { listen: { host: '127.0.0.1', port }, tls: null, mostConnections: 100 })
  let stopping: PromiseLike<void> | null = null
  return {
    url: listening.url,
    token,
    [Symbol.asyncDispose]: () => (stopping ??= listening[Symbol.asyncDispose]()),
  }
}

/** Everybody is ann to it, and sent back at once. */
const scriptedIssuer = (url: () => string): SignInRoutes['signIn'] => ({
  issuerHost: 'id.example',
  begin: async () => ({
    url: new URL('/console/sign-in/done?code=c&state=s', url()),
    begun: { state: 's', nonce: 'n', verifier: 'v' },
  }),
  end: async () => ({ name: 'oidc:ann', scope: 'operate' }),
})

const rate = (): RateLimit => new RateLimit({ burst: 1000, perSecond: 1000, now: () => Date.now() })

const newTokens = (): Record<Scope, string> => ({ read: newToken(), operate: newToken(), admin: newToken() })
