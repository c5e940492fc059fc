// Who has no mouse, and who has only paper.
import { expect, test } from 'vitest'
import { signIn, useBrowser } from './browser.ts'
import { pages } from './every-page.ts'
import { fleetOfEverything as fleet } from './scripted/everything.ts'
import { serve } from './scripted/service.ts'

const browser = useBrowser()

test('everything that can be pressed or filled in is reached by the keyboard alone', async () => {
  await using service = await serve(fleet())
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate)
  for (const [path, ready] of pages) {
    await page.goto(`${service.url}/console/${path}`)
    await ready(page)
    // In the page, at once: what is shown may be drawn anew meanwhile.
    const wanted = await page.evaluate(() =>
      [...document.querySelectorAll('a[href], button, input, select, summary')]
        .filter((element) => element.checkVisibility())
        .map((element) => element.textContent || element.getAttribute('name') || element.tagName),
    )
    const reached: string[] = []
    for (let pressed = 0; pressed < 2 * wanted.length + 20; pressed++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const { activeElement: element } = document
        return element === null || element === document.body
          ? null
          : element.textContent || element.getAttribute('name') || element.tagName
      })
      if (at !== null) reached.push(at)
    }
    expect({ path, missed: wanted.filter((each) => !reached.includes(each)) }).toEqual({ path, missed: [] })
  }
})

test('a report is printed without what is only for the screen, on pages of paper', async () => {
  await using service = await serve(fleet())
  const { page } = await browser.open({ colorScheme: 'dark' })
  await signIn(page, service.url, service.token.read, 'migrations/m0')
  await page.getByRole('button', { name: 'Print' }).waitFor()
  await page.emulateMedia({ media: 'print', colorScheme: 'light' })
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false)
  expect(await page.getByRole('navigation', { name: 'Pages', exact: true }).isVisible()).toBe(false)
  expect(await page.getByRole('rowheader', { name: 'total time' }).isVisible()).toBe(true)
  expect(String(await page.pdf({ format: 'A4' })).startsWith('%PDF')).toBe(true)
})
