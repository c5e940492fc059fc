import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isNotFound } from '../src/index.ts'
import { replaying } from '../src/testing.ts'
import type { Exchange } from '../src/testing.ts'
import { askKeystone } from './keystone-conversation.ts'

// What a real Keystone 27 (Debian 13) said to this client; a request that differs from what was recorded fails.
const text = readFileSync(join(import.meta.dirname, 'golden/keystone-27.json'), 'utf8')
const exchanges = JSON.parse(text) as readonly Exchange[]
/** While those tokens held. */
const now = (): number => Date.parse('2026-11-28T19:00:00Z')

test('every way into a real Keystone, and what it refuses', async () => {
  const { transport, left } = replaying(exchanges)
  const told = await askKeystone('http://keystone:15000', transport, now)
  expect(left()).toBe(0)
  for (const access of [told.byPassword, told.byToken, told.byCredential, told.byCredentialName]) {
    expect(access).toMatchObject({ user: { name: 'admin' }, project: { name: 'admin' } })
    expect(access?.catalogue.map(({ type }) => type)).toEqual(['identity'])
    expect(access?.expiresAt.getTime()).toBeGreaterThan(now())
  }
  expect(told.byPassword?.roles).toContain('admin')
  expect(told.byCredential?.roles).toEqual(['reader'])
  expect(told.bySystem).toMatchObject({ project: null })
  expect(told.unscoped).toMatchObject({ project: null, catalogue: [], roles: [] })
  expect(told.statusAfterwards).toBe(200)
  for (const refusal of [told.wrongPassword, told.wrongProject, told.goneCredential]) {
    expect(refusal).toMatchObject({ code: 'OPENSTACK_UNAUTHORIZED', service: 'identity' })
    expect(refusal.requestId).toMatch(/^req-/)
    expect(isNotFound(refusal)).toBe(false)
  }
  expect(told.goneCredential).toMatchObject({ status: 404, fault: 'Not Found' })
})

test('a record has no secrets in it', () => {
  expect(text).not.toMatch(/gAAAA/)
  expect(text).not.toMatch(/"(secret|password)": "(?!SECRET")/)
})
