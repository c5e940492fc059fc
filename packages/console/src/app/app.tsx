import type { Caller } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ErrorNotice } from '../parts/notice.tsx'
import { Connection } from '../service/connection.ts'
import { createQueries } from '../service/queries.ts'
import { clientFor, ServiceProvider } from '../service/service.tsx'
import { endSession, offeredIssuer, takeRefusal } from '../service/people.ts'
import { keepToken, keptToken } from '../service/session.ts'
import { fetchPages, router } from './router.tsx'
import { SignIn } from './sign-in.tsx'

interface SignedIn {
  /** Null for a session, of which the browser's cookie knows. */
  readonly token: string | null
  readonly caller: Caller
}

const connection = new Connection()

/** Who asks is found out first; every page behind it has a service to ask. */
export function App() {
  const [kept, setKept] = useState(keptToken)
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null)
  const [why, setWhy] = useState<string | null>(takeRefusal)
  /** Where people sign in; undefined until the service has said so. */
  const [issuer, setIssuer] = useState<string | null>()
  const [error, setError] = useState<unknown>(null)

  const signIn = useCallback(async (token: string): Promise<void> => {
    const caller = await clientFor(token, connection).caller()
    keepToken(token)
    setKept(token)
    setWhy(null)
    setSignedIn({ token, caller })
  }, [])
  const isSession = signedIn !== null && signedIn.token === null
  const signOut = useCallback(
    (told: string | null): void => {
      // What the service does not hear of ends by itself.
      if (isSession) void endSession(connection.fetch).catch(() => undefined)
      keepToken(null)
      setKept(null)
      setSignedIn(null)
      setError(null)
      setWhy(told)
    },
    [isSession],
  )
  useEffect(() => {
    const look = async (): Promise<void> => {
      const offered = await offeredIssuer(connection.fetch)
      // Whoever has signed in there before is known by the cookie; whoever has not is asked.
      if (offered !== null && keptToken() === null) {
        const caller = await clientFor(null, connection)
          .caller()
          .catch(() => null)
        if (caller !== null) setSignedIn({ token: null, caller })
      }
      setIssuer(offered)
    }
    void look()
  }, [])
  const again = useCallback((): void => {
    if (kept === null) return
    setError(null)
    signIn(kept).catch((failed: unknown) => (isUnknownToken(failed) ? signOut(expired) : setError(failed)))
  }, [kept, signIn, signOut])
  useEffect(() => {
    if (signedIn === null) again()
  }, [signedIn, again])

  const isSignedIn = signedIn !== null
  useEffect(() => {
    if (!isSignedIn) return
    const idle = requestIdleCallback(() => void fetchPages())
    return () => cancelIdleCallback(idle)
  }, [isSignedIn])

  const service = useMemo(
    () =>
      signedIn === null
        ? null
        : { client: clientFor(signedIn.token, connection), connection, caller: signedIn.caller, signOut },
    [signedIn, signOut],
  )
  // A cache is of who signed in: nobody sees what another was shown.
  const queries = useMemo(
    () =>
      signedIn === null
        ? null
        : createQueries((failed) => {
            if (isUnknownToken(failed)) signOut(expired)
          }),
    [signedIn, signOut],
  )

  if (service === null || queries === null) {
    if (kept === null && issuer !== undefined) return <SignIn why={why} signIn={signIn} issuer={issuer} />
    return (
      <main className="sign-in">
        <h1>Landfall</h1>
        {error === null ? <p className="dim">Signing in …</p> : <ErrorNotice error={error} again={again} />}
        {error !== null && (
          <p>
            <button type="button" className="plain" onClick={() => signOut(null)}>
              Use another token
            </button>
          </p>
        )}
      </main>
    )
  }
  return (
    <ServiceProvider service={service}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ServiceProvider>
  )
}

const expired = 'The token is not known any more, or the session has expired: sign in again.'

const isUnknownToken = (error: unknown): boolean => error instanceof LandfallError && error.code === 'unknown-token'
