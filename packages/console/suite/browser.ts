import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'

/** A machine may be busy. */
export const patienceMs = 60_000

export interface OpenedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained of: errors of scripts, and what the content security policy refused. */
  readonly complaints: readonly string[]
}

/** One browser for a file of tests; each test has a context of its own, as if nobody had been there before. */
export function useBrowser(): { readonly open: (options?: BrowserContextOptions) => Promise<OpenedPage> } {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      // The suite may run as root, in a container, where Chromium's sandbox cannot be raised.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
  })
  afterAll(() => browser.close())
  return {
    open: async (options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      onTestFinished(() => context.close())
      context.setDefaultTimeout(patienceMs)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        // That a request was refused or failed is what some tests are about.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text())
      })
      return { page, context, complaints }
    },
  }
}

/** As somebody does it: the address, the token, the button. */
export async function signIn(page: Page, url: string, token: string, path = ''): Promise<void> {
  await page.goto(`${url}/console/${path}`)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()
}

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** No violation of WCAG 2.2 AA that axe can see, nor of its own best practices. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Evaluated, not added as an element, which the content security policy refuses.
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    // Which the script above has put there.
    const { axe: check } = globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }
    const { violations: found } = await check.run()
    return found.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`))
  })
  expect({ where, violations }).toEqual({ where, violations: [] })
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}
