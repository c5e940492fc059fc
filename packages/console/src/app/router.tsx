import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from '@tanstack/react-router'
import { FleetPage } from '../fleet/fleet-page.tsx'
import { MigrationsPage } from '../migrations/migrations-page.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { Layout } from './layout.tsx'
import { drainPlanSearch, fleetSearch, historySearch, planSearch } from './search.ts'

const root = createRootRoute({
  component: Layout,
  notFoundComponent: () => (
    <>
      <h1>There is no such page</h1>
      <p>
        <Link to="/">The fleet</Link>
      </p>
    </>
  ),
  errorComponent: ({ error, reset }) => <ErrorNotice error={error} again={reset} />,
})

const fleet = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: fleetSearch,
  component: FleetPage,
})

const migrations = createRoute({
  getParentRoute: () => root,
  path: '/migrations',
  validateSearch: historySearch,
  component: MigrationsPage,
})

/** Fetched when they are first looked at, or by {@link fetchPages}. */
const later = {
  migration: lazyRouteComponent(() => import('../migration/migration-page.tsx'), 'MigrationPage'),
  drains: lazyRouteComponent(() => import('../drain/drains-page.tsx'), 'DrainsPage'),
  drain: lazyRouteComponent(() => import('../drain/drain-page.tsx'), 'DrainPage'),
  drainPlan: lazyRouteComponent(() => import('../drain/drain-plan-page.tsx'), 'DrainPlanPage'),
  plan: lazyRouteComponent(() => import('../plan/plan-page.tsx'), 'PlanPage'),
}

/** So that while the service is away every page can be gone to: one that cannot be fetched would take away all that is shown. */
export async function fetchPages(): Promise<void> {
  for (const page of Object.values(later)) await page.preload?.()
}

const migration = createRoute({
  getParentRoute: () => root,
  path: '/migrations/$id',
  component: later.migration,
})

const drains = createRoute({
  getParentRoute: () => root,
  path: '/drains',
  component: later.drains,
})

const drain = createRoute({
  getParentRoute: () => root,
  path: '/drains/$host',
  component: later.drain,
})

const drainPlan = createRoute({
  getParentRoute: () => root,
  path: '/drain-plan',
  validateSearch: drainPlanSearch,
  component: later.drainPlan,
})

const plan = createRoute({
  getParentRoute: () => root,
  path: '/plan',
  validateSearch: planSearch,
  component: later.plan,
})

export const router = createRouter({
  routeTree: root.addChildren([fleet, migrations, migration, drains, drain, drainPlan, plan]),
  basepath: '/console',
  // Words that look like numbers stay the words that were typed.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
    return text === '' ? '' : `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
