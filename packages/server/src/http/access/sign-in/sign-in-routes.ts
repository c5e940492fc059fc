import { LandfallError } from '@landfall/core'
import type { Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { serverError } from '../../../errors.ts'
import type { AppEnv } from '../../define.ts'
import type { BegunSignIn, PeopleSignIn } from './people-sign-in.ts'
import { refused } from './people-sign-in.ts'
import type { Sessions } from './sessions.ts'
import { sessionMs } from './sessions.ts'

export interface SignInRoutes {
  readonly signIn: Pick<PeopleSignIn, 'issuerHost' | 'begin' | 'end'>
  readonly sessions: Pick<Sessions, 'open' | 'close'>
}

/** What each route of a sign-in may do before anything is known of who asks. */
export interface SignInGuards {
  /** @throws LandfallError `too-many-requests` */
  readonly admit: (context: Context<AppEnv>) => void
  /** Told what kept somebody from signing in, for the log. */
  readonly onRefused: (context: Context<AppEnv>, error: unknown) => void
}

export const signInPath = '/console/sign-in'

/** To this origin alone, over TLS (or on this machine), and never to a script. */
const cookies = { httpOnly: true, secure: true, path: '/' } as const
const session = '__Host-landfall'
const begunOne = '__Host-landfall-sign-in'
const begunSeconds = 600

/** Signing in at an issuer, and out again. Whoever comes back with what cannot be taken is told why by its code, in the console. */
export function addSignIn(app: Hono<AppEnv>, routes: SignInRoutes | null, { admit, onRefused }: SignInGuards): void {
  app.get(`${signInPath}/offer`, (context) => {
    context.header('cache-control', 'no-store')
    return context.json({ issuer: routes?.signIn.issuerHost ?? null })
  })
  if (routes === null) return
  const { signIn, sessions } = routes
  const back = async (context: Context<AppEnv>, work: () => Promise<string>): Promise<Response> => {
    context.header('cache-control', 'no-store')
    try {
      admit(context)
      return context.redirect(await work())
    } catch (error) {
      onRefused(context, error)
      const code = error instanceof LandfallError ? error.code : 'internal'
      return context.redirect(`/console/?refused=${encodeURIComponent(code)}`)
    }
  }
  app.get(`${signInPath}/begin`, (context) =>
    back(context, async () => {
      const { url, begun } = await signIn.begin()
      // The issuer sends the browser back from elsewhere: a strict one would not be sent.
      setCookie(context, begunOne, written(begun), { ...cookies, sameSite: 'Lax', maxAge: begunSeconds })
      return url.href
    }),
  )
  app.get(`${signInPath}/done`, (context) =>
    back(context, async () => {
      const begun = read(getCookie(context, begunOne))
      // Good for one try, whatever comes of it.
      deleteCookie(context, begunOne, cookies)
      const caller = await signIn.end(new URL(context.req.url).search, begun)
      const token = await sessions.open(caller)
      setCookie(context, session, token, { ...cookies, sameSite: 'Strict', maxAge: sessionMs / 1000 })
      return '/console/'
    }),
  )
  app.post(`${signInPath}/out`, async (context) => {
    if (!isOwnPage(context)) throw serverError('bad-request', 'it was asked for by another page', 'Sign out there')
    const token = getCookie(context, session)
    deleteCookie(context, session, cookies)
    if (token !== undefined) await sessions.close(token)
    return context.body(null, 204)
  })
}

/** What somebody shows: the header; or the cookie of a session, which counts only for what this origin's own pages ask. */
export function shownBy(context: Context): string | undefined {
  const header = context.req.header('authorization')
  if (header !== undefined) return header
  const token = isOwnPage(context) ? getCookie(context, session) : undefined
  return token === undefined ? undefined : `Bearer ${token}`
}

/** Every browser says so, and no page of another origin can. */
const isOwnPage = (context: Context): boolean => context.req.header('sec-fetch-site') === 'same-origin'

const written = (begun: BegunSignIn): string => Buffer.from(JSON.stringify(begun)).toString('base64url')

function read(cookie: string | undefined): BegunSignIn {
  let kept: unknown = null
  try {
    kept = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString())
  } catch {
    // As one that is not there.
  }
  if (typeof kept === 'object' && kept !== null && 'state' in kept && 'nonce' in kept && 'verifier' in kept) {
    const { state, nonce, verifier } = kept
    if (typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string')
      return { state, nonce, verifier }
  }
  throw refused(new Error('this browser has not begun it, or more than ten minutes ago'))
}
