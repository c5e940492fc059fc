// Signing in at an issuer, in a real browser: what the issuer itself says and what is refused of it is tested beside the server's code.
import { expect, test } from 'vitest'
import { expectAccessible, useBrowser } from './browser.ts'
import { fleetOfEverything as fleet } from './scripted/everything.ts'
import { serve } from './scripted/service.ts'

const browser = useBrowser()

test('people sign in at the issuer, stay signed in over a reload and in another tab, and sign out', async () => {
  await using service = await serve(fleet(), { hasIssuer: true })
  const { page, context, complaints } = await browser.open()
  await page.goto(service.url)
  await page.getByRole('link', { name: 'Sign in at id.example' }).waitFor()
  await expectAccessible(page, 'signing in at an issuer')
  await page.getByRole('link', { name: 'Sign in at id.example' }).click()
  await page.getByText('oidc:ann (operate)').waitFor()
  expect(new URL(page.url()).search).toBe('')
  const kept = await page.evaluate(() => [
    document.cookie,
    Object.entries(localStorage),
    Object.entries(sessionStorage),
  ])
  expect(kept.slice(0, 2)).toEqual(['', []])
  expect(JSON.stringify(kept)).not.toContain('landfall_')
  const other = await context.newPage()
  await other.goto(`${service.url}/console/migrations`)
  await other.getByText('oidc:ann (operate)').waitFor()
  await page.reload()
  await page.getByText('oidc:ann (operate)').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in at id.example' }).waitFor()
  await expect.poll(() => context.cookies()).toEqual([])
  expect(complaints).toEqual([])
})

test('who was refused is told why, once', async () => {
  await using service = await serve(fleet(), { hasIssuer: true })
  const { page } = await browser.open()
  await page.goto(`${service.url}/console/?refused=scope-too-small`)
  await page.getByText('You are known, but may nothing here').waitFor()
  expect(new URL(page.url()).search).toBe('')
})
