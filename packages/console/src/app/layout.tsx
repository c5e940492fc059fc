import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import { wordsOf } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { oldestAnswer } from '../service/old-answer.ts'
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
      <Old />
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

/** That some of what is shown could not be asked for again, as while the service's store is away. */
function Old() {
  const queries = useQueryClient()
  const cache = queries.getQueryCache()
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache])
  const old = useSyncExternalStore(subscribe, () =>
    oldestAnswer(cache.findAll({ type: 'active' }).map(({ state }) => state)),
  )
  return (
    <div role="status">
      {old !== null && (
        <p className="stale">
          Not all of this could be asked for again, and the oldest is from <Time at={old.dataUpdatedAt} beside="now" />:{' '}
          {wordsOf(old.error).message}. It is asked for again until it is answered.
        </p>
      )}
    </div>
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
          The service has not answered since <Time at={lostSince} beside="now" />: what is shown is from then.
          Migrations go on without it; it is asked again until it answers.
        </p>
      )}
    </div>
  )
}
