// How fast the console is with 1,000 hosts, 10,000 guests and 500 migrations under way: node packages/console/suite/measure.ts
import { chromium } from 'playwright-core'
import { largeFleet } from './scripted/large-fleet.ts'
import { serve } from './scripted/service.ts'
import setUp from './set-up.ts'

await setUp()
await using service = await serve(largeFleet())
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
await page.addInitScript(() => {
  const longest = { ms: 0 }
  Object.assign(globalThis, { longest })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration)
  }).observe({ type: 'longtask', buffered: true })
})
await page.goto(service.url)
const paints = async (): Promise<number> =>
  page.evaluate(() => performance.getEntriesByName('first-contentful-paint').at(-1)?.startTime ?? Number.NaN)
const longestTask = async (): Promise<number> =>
  // Which the script above keeps.
  page.evaluate(() => (globalThis as unknown as { longest: { ms: number } }).longest.ms)
await page.getByLabel('Token').waitFor()
say('first paint, sign in', await paints())
const signedInAt = performance.now()
await page.getByLabel('Token').fill(service.token.read)
await page.getByRole('button', { name: 'Sign in' }).click()
await page.getByText('1 to 100 of 10000 guests').waitFor()
say('from the sign-in to the list of 10,000 guests', performance.now() - signedInAt)
const reloadedAt = performance.now()
await page.reload()
await page.getByText('1 to 100 of 10000 guests').waitFor()
say('first paint, loaded anew', await paints())
say('from a reload to the list of 10,000 guests', performance.now() - reloadedAt)
const soughtAt = performance.now()
await page.getByRole('searchbox').fill('g09999')
await page.getByText('1 to 1 of 1').waitFor()
say('from typing to what was looked for', performance.now() - soughtAt)
await page.getByRole('link', { name: 'Migrations' }).click()
await page.getByText('300 more are under way').waitFor()
say('longest task', await longestTask())
await browser.close()

function say(what: string, ms: number): void {
  console.log(`${what}: ${Math.round(ms)} ms`)
}
