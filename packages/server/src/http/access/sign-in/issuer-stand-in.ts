// For tests: the four endpoints of an issuer, with real signatures. What it tells can be made wrong.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CryptoKey, JWTPayload } from 'jose'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface IssuerStandIn extends AsyncDisposable {
  readonly url: string
  /** Put over the claims of the next ID tokens. */
  claims: JWTPayload
  /** Signs them instead of its own key. */
  signsWith: CryptoKey | null
  /** How often the token endpoint was asked. */
  exchanged: number
}

export const client = { id: 'landfall-console', secret: 'of the client' }

interface Asked {
  readonly nonce: string
  readonly challenge: string
  readonly redirectUri: string
}

export async function issuerStandIn(): Promise<IssuerStandIn> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  /** By the code that was given for it, which is good once. */
  const codes = new Map<string, Asked>()

  const tokens = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    stand.exchanged++
    const form = new URLSearchParams(await textOf(request))
    const code = form.get('code') ?? ''
    const asked = codes.get(code)
    codes.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient = form.get('client_id') === client.id && form.get('client_secret') === client.secret
    if (!isClient) return { status: 401, body: { error: 'invalid_client' } }
    if (asked?.challenge !== challenge || asked.redirectUri !== form.get('redirect_uri'))
      return { status: 400, body: { error: 'invalid_grant' } }
    const now = Math.floor(Date.now() / 1000)
    const told = { iss: stand.url, aud: client.id, sub: 'ann', nonce: asked.nonce, iat: now, exp: now + 300 }
    const id = new SignJWT({ ...told, groups: ['operators'], ...stand.claims })
    const token = await id.setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(stand.signsWith ?? privateKey)
    return { status: 200, body: { access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token: token } }
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', stand.url)
    const json = (body: object, status = 200): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: stand.url,
          authorization_endpoint: `${stand.url}/authorize`,
          token_endpoint: `${stand.url}/token`,
          jwks_uri: `${stand.url}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/keys':
        return json({ keys: [jwk] })
      case '/authorize': {
        const {
          nonce = '',
          state = '',
          code_challenge: challenge = '',
          redirect_uri: redirectUri = '',
        } = Object.fromEntries(url.searchParams)
        const code = `code-${codes.size + 1}-${challenge.slice(0, 8)}`
        codes.set(code, { nonce, challenge, redirectUri })
        const back = new URL(redirectUri)
        back.search = new URLSearchParams({ code, state }).toString()
        return void response.writeHead(302, { location: back.href }).end()
      }
      case '/token':
        return void tokens(request).then(({ status, body }) => json(body, status))
      default:
        return json({}, 404)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stand: IssuerStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: {},
    signsWith: null,
    exchanged: 0,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
  return stand
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request.setEncoding('utf8')) text += String(part)
  return text
}
