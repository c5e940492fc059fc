// How fast the console is with 1,000 hosts, 10,000 guests and 500 migrations under way, and whether its memory stays flat:
//   node packages/console/suite/measure.ts [--minutes 30]
import { parseArgs } from 'node:util'
import type { CDPSession, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { movingFleet } from './scripted/large-fleet.ts'
import { serve } from './scripted/service.ts'
import setUp from './set-up.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '0' } } })
await setUp()
await using fleet = movingFleet()
await using service = await serve(fleet.client)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
context.setDefaultTimeout(120_000)
const page = await context.newPage()
await page.addInitScript(() => {
  const longest = { ms: 0 }
  Object.assign(globalThis, { longest })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration)
  }).observe({ type: 'longtask', buffered: true })
})
await page.goto(service.url)
await page.getByLabel('Token').waitFor()
say('first paint, sign in', await paints(page))
const signedInAt = performance.now()
await page.getByLabel('Token').fill(service.token.read)
await page.getByRole('button', { name: 'Sign in' }).click()
await page.getByText('1 to 100 of 10000 guests').waitFor()
say('from the sign-in to the list of 10,000 guests', performance.now() - signedInAt)
const reloadedAt = performance.now()
await page.reload()
await page.getByText('1 to 100 of 10000 guests').waitFor()
say('first paint, loaded anew', await paints(page))
say('from a reload to the list of 10,000 guests', performance.now() - reloadedAt)
const soughtAt = performance.now()
await page.getByRole('searchbox').fill('g09999')
await page.getByText('1 to 1 of 1').waitFor()
say('from typing to what was looked for', performance.now() - soughtAt)
await page.getByRole('link', { name: 'Migrations' }).click()
await page.getByText('300 more are under way').waitFor()
const lags: number[] = []
for (let time = 0; time < 5; time++) {
  const words = `it is seen for the ${time}. time`
  const changedAt = performance.now()
  fleet.tell(words)
  await page.getByText(words).waitFor()
  lags.push(performance.now() - changedAt)
}
say('from a change to its being seen, the longest of 5', Math.max(...lags))
say('longest task', await longestTask(page))

const minutes = Number(values.minutes)
if (minutes > 0) {
  // The list of all, and one that is followed by its stream, ten samples a second: both stay open.
  const devtools = await context.newCDPSession(page)
  const own = await context.newPage()
  await own.goto(`${service.url}/console/migrations/m0`)
  await own.getByLabel('Token').fill(service.token.read)
  await own.getByRole('button', { name: 'Sign in' }).click()
  await own.getByRole('button', { name: 'Abort' }).waitFor()
  const ownDevtools = await context.newCDPSession(own)
  const until = performance.now() + minutes * 60_000
  const beganAt = performance.now()
  while (performance.now() < until) {
    const [list, one] = [await heapOf(devtools), await heapOf(ownDevtools)]
    const after = Math.round((performance.now() - beganAt) / 1000)
    console.log(`after ${after} s: the list holds ${list}, one migration ${one}`)
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  }
  console.log(`at the end: the list holds ${await heapOf(devtools)}, one migration ${await heapOf(ownDevtools)}`)
  say('longest task of the list', await longestTask(page))
}
await browser.close()

/** What is still held after a collection. */
async function heapOf(devtools: CDPSession): Promise<string> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  const { nodes } = await devtools.send('Memory.getDOMCounters')
  return `${(usedSize / 1024 ** 2).toFixed(1)} MiB, ${nodes} nodes`
}

async function paints(of: Page): Promise<number> {
  return of.evaluate(() => performance.getEntriesByName('first-contentful-paint').at(-1)?.startTime ?? Number.NaN)
}

async function longestTask(of: Page): Promise<number> {
  // Which the script above keeps.
  return of.evaluate(() => (globalThis as unknown as { longest: { ms: number } }).longest.ms)
}

function say(what: string, ms: number): void {
  console.log(`${what}: ${Math.round(ms)} ms`)
}
