import { useEffect, useRef, useState } from 'react'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { beginSignIn } from '../service/people.ts'

export interface SignInProps {
  /** Why somebody who was signed in has to do so again. */
  readonly why: string | null
  readonly signIn: (token: string) => Promise<void>
  /** Where people sign in, by its host; null where they do not. */
  readonly issuer: string | null
}

export function SignIn({ why, signIn, issuer }: SignInProps) {
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    document.title = 'Sign in · Landfall'
    input.current?.focus()
  }, [])
  const submit = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await signIn(input.current?.value.trim() ?? '')
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <main className="sign-in">
      <h1>Landfall</h1>
      {why !== null && error === null && <Notice tone="warn">{why}</Notice>}
      {issuer !== null && (
        <p>
          <a className="button first" href={beginSignIn}>
            Sign in at {issuer}
          </a>
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void submit()
        }}
      >
        <label>
          <span>Token</span>
          <input ref={input} type="password" name="token" autoComplete="off" spellCheck={false} required />
        </label>
        <button type="submit" className={issuer === null ? 'first' : ''} aria-disabled={busy}>
          {busy ? 'Signing in …' : issuer === null ? 'Sign in' : 'Sign in with the token'}
        </button>
      </form>
      {error !== null && <ErrorNotice error={error} />}
      <p className="dim">
        An administrator makes one: <code>landfall token create NAME --scope operate</code>. It is kept in this tab, and
        forgotten when the tab is closed.
      </p>
    </main>
  )
}
