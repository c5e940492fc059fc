import type { Context, Hono } from 'hono'
import { serverError } from '../../errors.ts'
import type { AppEnv } from '../define.ts'
import type { ConsoleFiles } from './console-files.ts'

export const consolePath = '/console'

/** Files of this origin alone, and no markup of anybody else's: nothing inline, no frames, no forms to elsewhere. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The web console, at `/console/`. Its pages need no token: whoever opens one signs in there, and asks the API as any other client does. */
export function serveConsole(app: Hono<AppEnv>, files: ConsoleFiles | null): void {
  app.get('/', (context) => context.redirect(`${consolePath}/`))
  app.get(consolePath, (context) => context.redirect(`${consolePath}/`))
  app.get(`${consolePath}/*`, (context) => {
    if (files === null)
      throw serverError('no-such-path', 'the console is not built here', 'Build it with "npm run build:console"')
    const path = context.req.path.slice(consolePath.length + 1)
    // Every page is the same file: which of them it shows stands in its address.
    const file = files.get(path) ?? (path.startsWith('assets/') ? undefined : files.get('index.html'))
    if (file === undefined) throw serverError('no-such-path', 'the console has no such file', 'Load its page anew')
    return answer(context, file)
  })
}

function answer(
  context: Context,
  { type, body, gzipped, keeps }: NonNullable<ReturnType<ConsoleFiles['get']>>,
): Response {
  const zipped = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
  return context.body(zipped ? gzipped : body, 200, {
    'content-type': type,
    'content-security-policy': policy,
    'cache-control': keeps ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'Accept-Encoding',
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
  })
}
