import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppEnv } from '../define.ts'
import { readConsole } from './console-files.ts'
import { serveConsole } from './serve-console.ts'

let folder: string
let app: Hono<AppEnv>

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-console-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>Landfall</title>')
  writeFileSync(join(folder, 'assets/index-1a2b.js'), 'const landfall = 1')
  writeFileSync(join(folder, 'assets/index-1a2b.js.map'), 'is not served')
  app = over(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

function over(place: string): Hono<AppEnv> {
  const made = new Hono<AppEnv>()
  made.onError((error, context) => context.text(error.message, 404))
  serveConsole(made, readConsole(place))
  return made
}

test('whoever comes by the address alone is led to it, and each of its pages is its one file', async () => {
  expect((await app.request('/')).headers.get('location')).toBe('/console/')
  for (const path of ['/console/', '/console/migrations/m1', '/console/plan?guest=web1']) {
    const response = await app.request(path)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await response.text()).toBe('<title>Landfall</title>')
  }
})

test('nothing but files of its own origin is let into its pages', async () => {
  const policy = (await app.request('/console/')).headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toMatch(/unsafe|\*|data:|http/)
})

test('files whose names change with them may be kept, the page may not', async () => {
  const script = await app.request('/console/assets/index-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } })
  expect(script.headers.get('cache-control')).toMatch(/immutable/)
  expect(script.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(await script.arrayBuffer()).toString()).toBe('const landfall = 1')
  expect((await app.request('/console/')).headers.get('cache-control')).toBe('no-cache')
})

test.each([
  '/console/assets/../../etc/passwd',
  '/console/assets/%2e%2e/index.html',
  '/console/assets/index-1a2b.js.map',
])('%s is no file of it', async (path) => {
  const response = await app.request(path)
  expect(await response.text()).not.toContain('root:')
  expect(response.headers.get('content-type')).not.toMatch(/javascript/)
})

test('where it is not built it says how to', async () => {
  const response = await over(join(folder, 'assets')).request('/console/')
  expect(response.status).toBe(404)
  expect(await response.text()).toMatch(/not built/)
})
