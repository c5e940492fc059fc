import type { Caller } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ErrorNotice } from '../parts/notice.tsx'
import { Connection } from '../service/connection.ts'
import { createQueries } from '../service/queries.ts'
import { clientFor, ServiceProvider } from '../service/service.tsx'
import { keepToken, keptToken } from '../service/session.ts'
import { router } from './router.tsx'
import { SignIn } from './sign-in.tsx'

interface SignedIn {
  readonly token: string
  readonly caller: Caller
}

const connection = new Connection()

/** Who asks is found out first; every page behind it has a service to ask. */
export function App() {
  const [kept, setKept] = useState(keptToken)
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)

  const signIn = useCallback(async (token: string): Promise<void> => {
    const caller = await clientFor(token, connection).caller()
    keepToken(token)
    setKept(token)
    setWhy(null)
    setSignedIn({ token, caller })
  }, [])
  const signOut = useCallback((told: string | null): void => {
    keepToken(null)
    setKept(null)
    setSignedIn(null)
    setError(null)
    setWhy(told)
  }, [])
  const again = useCallback((): void => {
    if (kept === null) return
    setError(null)
    signIn(kept).catch((failed: unknown) => (isUnknownToken(failed) ? signOut(expired) : setError(failed)))
  }, [kept, signIn, signOut])
  useEffect(() => {
    if (signedIn === null) again()
  }, [signedIn, again])

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
    if (kept === null) return <SignIn why={why} signIn={signIn} />
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

const expired = 'The token is not known any more, or has expired: sign in with another.'

const isUnknownToken = (error: unknown): boolean => error instanceof LandfallError && error.code === 'unknown-token'
