import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { Time } from '../parts/time.tsx'
import { useService } from '../service/service.tsx'
import { onZone, showZone, zone, zoneDiffers, zoneName } from '../service/zone.ts'

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
          <Link to="/drains" {...(path.endsWith('/drain-plan') ? { 'aria-current': 'page' } : {})}>
            Drains
          </Link>
          <Link to="/plan">Plan</Link>
        </nav>
        <span className="who">
          <TimeZone />
          <span title="Who you are signed in as, and what the token permits">
            {caller.name} ({caller.scope})
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

/** In which zone every time is shown; where that is not UTC, it can be. */
function TimeZone() {
  const shown = useSyncExternalStore(onZone, zone)
  if (!zoneDiffers) return <span title="Every time is shown in this zone">UTC</span>
  const other = shown === 'UTC' ? 'local' : 'UTC'
  return (
    <button
      type="button"
      className="plain"
      title={other === 'UTC' ? 'Show every time in UTC' : 'Show every time in your own zone'}
      onClick={() => showZone(other)}
    >
      <span className="mid">Times in </span>
      {zoneName()}
    </button>
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
