/**
 * The parts that a load test drives directly: many migrations in one process, without a facade before them.
 *
 * @module
 */
export { notifyKeys } from './config/notify-config.ts'
export { oidcKeys } from './config/oidc-config.ts'
export { serverKeys } from './config/server-config.ts'
export { systemClock } from './clock.ts'
export { usualRequest } from './drain/drains.ts'
export { createApp } from './http/app.ts'
export { readConsole } from './http/console/console-files.ts'
export { AtATime } from './http/limits/at-a-time.ts'
export { RateLimit } from './http/limits/rate-limit.ts'
export { listen } from './service/listen.ts'
export { begin } from './run/start/begin.ts'
export { openRunContext } from './run/start/context.ts'
export { planMigration } from './plan/plan-migration.ts'
export { refusalReport } from './run/live/live-report.ts'
export { readWanted } from './intent/read-wanted.ts'
export { HandOverWatch } from './run/live/hand-over.ts'
export { HostSession } from './hosts/host-session.ts'
export { RunningStory } from './run/running-story.ts'
export { beginStory } from './store/story/story.ts'
export { openStore } from './store/open-store.ts'
export { ownIdentity } from './store/driver-identity.ts'
export { runLiveMigration } from './run/live/live-migration.ts'
export { samplePages } from './plan/probe/pages/page-sample.ts'
export type { SignInRoutes } from './http/access/sign-in/sign-in-routes.ts'
