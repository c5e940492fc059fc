// Makes the pictures of docs/console.md: node packages/console/suite/pictures.ts
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { drainPlanned, planned } from './every-page.ts'
import { drainUnderWay } from './scripted/drains.ts'
import { fleetOfEverything } from './scripted/everything.ts'
import { serve } from './scripted/service.ts'
import setUp from './set-up.ts'

const folder = join(import.meta.dirname, '../../../docs/console')

interface Picture {
  readonly name: string
  readonly path: string
  readonly colorScheme: 'light' | 'dark'
  readonly width: number
  readonly ready: (page: Page) => Promise<unknown>
}

/** At 1280 pixels. */
const wide: readonly Omit<Picture, 'colorScheme' | 'width'>[] = [
  { name: 'fleet', path: '', ready: (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor() },
  { name: 'migrations', path: 'migrations', ready: (page) => page.getByRole('rowheader', { name: 'old1' }).waitFor() },
  { name: 'migration', path: 'migrations/m1', ready: (page) => page.getByRole('button', { name: 'Abort' }).waitFor() },
  { name: 'nova', path: 'migrations/m3', ready: (page) => page.getByText(/Nova has not answered since/).waitFor() },
  { name: 'report', path: 'migrations/m0', ready: (page) => page.getByRole('button', { name: 'Print' }).waitFor() },
  { name: 'plan', path: 'plan?guest=web1&to=host2', ready: planned },
  { name: 'drain', path: 'drains/host1', ready: (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor() },
  { name: 'drain-plan', path: 'drain-plan?host=host1', ready: drainPlanned },
]
/** At 390. */
const narrow: ReadonlyMap<string, Picture['colorScheme']> = new Map([
  ['migration', 'dark'],
  ['fleet', 'light'],
  ['plan', 'light'],
])

const pictures = wide.flatMap((each): Picture[] => {
  const { name } = each
  const scheme = narrow.get(name)
  return [
    { ...each, colorScheme: 'light', width: 1280 },
    { ...each, name: `${name}-dark`, colorScheme: 'dark', width: 1280 },
    ...(scheme === undefined ? [] : [{ ...each, name: `${name}-390`, colorScheme: scheme, width: 390 }]),
  ]
})

await setUp()
const client = fleetOfEverything()
await using service = await serve(client)
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
for (const { name, path, colorScheme, width, ready } of pictures) {
  // A minute after it began, in each picture.
  client.drained = [drainUnderWay('host1')]
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme,
    timezoneId: 'UTC',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  await page.goto(`${service.url}/console/${path}`)
  await page.getByLabel('Token').fill(service.token.operate)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await ready(page)
  // The lines of a picture are drawn in the next frame.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
  await context.close()
}
await browser.close()
