// Makes the pictures of docs/console.md: node packages/console/suite/pictures.ts
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'
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

const planned = async (page: Page): Promise<void> => {
  await page.getByText('running on host1').waitFor()
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByText(/measured at/).waitFor()
}
const pictures: readonly Picture[] = [
  {
    name: 'fleet',
    path: '',
    colorScheme: 'light',
    width: 1280,
    ready: (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor(),
  },
  {
    name: 'migrations',
    path: 'migrations',
    colorScheme: 'dark',
    width: 1280,
    ready: (page) => page.getByRole('rowheader', { name: 'old1' }).waitFor(),
  },
  {
    name: 'migration',
    path: 'migrations/m1',
    colorScheme: 'light',
    width: 1280,
    ready: (page) => page.getByRole('button', { name: 'Abort' }).waitFor(),
  },
  { name: 'plan', path: 'plan?guest=web1&to=host2', colorScheme: 'light', width: 1280, ready: planned },
  {
    name: 'report',
    path: 'migrations/m0',
    colorScheme: 'dark',
    width: 1280,
    ready: (page) => page.getByRole('button', { name: 'Print' }).waitFor(),
  },
  {
    name: 'drain',
    path: 'drains/host1',
    colorScheme: 'light',
    width: 1280,
    ready: (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor(),
  },
  {
    name: 'drain-plan',
    path: 'drain-plan?host=host1',
    colorScheme: 'light',
    width: 1280,
    ready: async (page) => {
      await page.getByRole('option', { name: 'host1' }).first().waitFor({ state: 'attached' })
      await page.getByRole('button', { name: 'Plan', exact: true }).click()
      await page.getByText(/measured at/).waitFor()
    },
  },
  {
    name: 'migration-390',
    path: 'migrations/m1',
    colorScheme: 'dark',
    width: 390,
    ready: (page) => page.getByRole('button', { name: 'Abort' }).waitFor(),
  },
  {
    name: 'fleet-390',
    path: '',
    colorScheme: 'light',
    width: 390,
    ready: (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor(),
  },
  { name: 'plan-390', path: 'plan?guest=web1&to=host2', colorScheme: 'light', width: 390, ready: planned },
]

await setUp()
await using service = await serve(fleetOfEverything())
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
for (const { name, path, colorScheme, width, ready } of pictures) {
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
