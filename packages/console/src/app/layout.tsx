import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { Time } from '../parts/time.tsx'
import { useService } from '../service/service.tsx'

export function Layout() {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const first = useRef(true)
  // Whoever uses a keyboard or a screen reader is taken to the new page.
  useEffect(() => {
    if (!first.current) main.current?.focus()
    first.current = false
  }, [path])
  const { caller, signOut } = useService()
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="bar">
        <span className="brand">Landfall</span>
        <nav aria-label="Pages">
          <Link to="/">Fleet</Link>
          <Link to="/migrations">Migrations</Link>
          <Link to="/drains">Drains</Link>
          <Link to="/plan">Plan</Link>
        </nav>
        <span className="who">
          <span title="Who you are signed in as, and what the token permits">
            {caller.name} <span className="mid">({caller.scope})</span>
          </span>
          <button type="button" className="plain" onClick={() => signOut(null)}>
            Sign out
          </button>
        </span>
      </header>
      <Stale />
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}

/** That what is shown is old, and how old. */
function Stale() {
  const { connection } = useService()
  const { lostSince } = useSyncExternalStore(connection.subscribe, connection.state)
  return (
    <div role="status">
      {lostSince !== null && (
        <p className="stale">
          The service has not answered since <Time at={lostSince} clockOnly />: what is shown is from then. Migrations
          go on without it; it is asked again until it answers.
        </p>
      )}
    </div>
  )
}
