import type { AuthMethod, KeystoneAuth, Scope, Transport } from '../src/index.ts'
import { OpenStackError, Session } from '../src/index.ts'

const user = { name: 'admin', domain: { name: 'Default' } }
const project: Scope = { kind: 'project', project: { name: 'admin', domain: { id: 'default' } } }

/**
 * Every way in that this client knows, asked of a Keystone whose administrator is `admin` with the password `admin`. Recorded
 * from a real one by record-keystone.ts, and answered from the record in a test.
 */
export async function askKeystone(url: string, transport: Transport, now?: () => number) {
  const sessionOf = (auth: AuthMethod): Session => new Session({ auth, transport, now })
  const password = (given: string, scope: Scope): KeystoneAuth => ({
    kind: 'password',
    url,
    user,
    password: given,
    scope,
  })
  const refusedFor = async (auth: KeystoneAuth): Promise<OpenStackError> => {
    const error: unknown = await sessionOf(auth)
      .access()
      .catch((reason: unknown) => reason)
    if (error instanceof OpenStackError) return error
    throw new Error('what was to be refused was not', { cause: error })
  }

  const session = sessionOf(password('admin', project))
  const byPassword = await session.access()
  const bySystem = await sessionOf(password('admin', { kind: 'system' })).access()
  const unscoped = await sessionOf(password('admin', { kind: 'none' })).access()
  const byToken = await sessionOf({ kind: 'token', url, token: unscoped?.token ?? '', scope: project }).access()

  const credentials = `${url}/v3/users/${byPassword?.user.id}/application_credentials`
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
  const body = JSON.stringify({ application_credential: { name: 'mover', roles: [{ name: 'reader' }] } })
  const made = await session.send({ method: 'POST', url: credentials, headers, body })
  // What Keystone promises; the test that reads the record looks at what becomes of it.
  const { application_credential: credential } = JSON.parse(made.body) as {
    application_credential: { id: string; secret: string }
  }
  const { id, secret } = credential
  const byCredential = await sessionOf({ kind: 'application-credential', url, credential: { id }, secret }).access()
  const named = { name: 'mover', user }
  const byCredentialName = await sessionOf({ kind: 'application-credential', url, credential: named, secret }).access()
  await session.send({ method: 'DELETE', url: `${credentials}/${id}`, headers })

  // Revoked by itself: the next call finds out, and gets in again.
  const subject = { 'X-Subject-Token': byPassword?.token ?? '' }
  await session.send({ method: 'DELETE', url: `${url}/v3/auth/tokens`, headers: { ...headers, ...subject } })
  const afterwards = await session.send({ method: 'GET', url: `${url}/v3/projects`, headers })

  return {
    byPassword,
    bySystem,
    unscoped,
    byToken,
    byCredential,
    byCredentialName,
    statusAfterwards: afterwards.status,
    wrongPassword: await refusedFor(password('wrong', project)),
    wrongProject: await refusedFor(password('admin', { kind: 'project', project: { id: 'nowhere' } })),
    goneCredential: await refusedFor({ kind: 'application-credential', url, credential: { id }, secret }),
  }
}
