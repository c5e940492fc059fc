import { expect, test } from 'vitest'
import { appUnderTest } from '../testing/app-under-test.ts'
import { FakeClient } from '../testing/fake-client.ts'
import type { ShownDocument } from './api-page.ts'
import { apiPage } from './api-page.ts'

const app = appUnderTest(new FakeClient(), () => 1)

test('the page shows every operation of the document, runs nothing and loads its own style alone', async () => {
  const page = await app.request('/api/v1/docs')
  const text = await page.text()
  const { paths } = (await (await app.request('/api/v1/openapi.json')).json()) as Required<ShownDocument>
  for (const path of Object.keys(paths)) expect(text).toContain(`</b> ${path}</h2>`)
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/)
  expect(text).not.toMatch(/<script|<style|style=|https?:\/\//)
  const [, style] = /href="([^"]+\.css)"/.exec(text) ?? []
  const sheet = await app.request(style ?? '')
  expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
  for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${id}"`)
})

test('what stands in a document is text', async () => {
  const info = { title: '<img src=x onerror=alert(1)>', version: '"><script>' }
  expect(String(await apiPage({ info }, '/s.css'))).not.toMatch(/<img|<script/)
})
