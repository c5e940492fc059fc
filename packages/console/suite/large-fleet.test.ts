// A fleet of 1,000 hosts and 10,000 guests, of which 500 are on their way.
import { expect, test } from 'vitest'
import { signIn, useBrowser } from './browser.ts'
import { largeFleet } from './scripted/large-fleet.ts'
import { serve } from './scripted/service.ts'

const browser = useBrowser()

test('a large fleet is shown in parts, and any guest of it is found', async () => {
  await using service = await serve(largeFleet())
  const { page, complaints } = await browser.open()
  await signIn(page, service.url, service.token.read)
  await page.getByText('1 to 100 of 10000 guests').waitFor()
  // What is drawn does not grow with the fleet.
  expect(await page.locator('tr').count()).toBeLessThan(200)
  await page.getByText('940 more hosts answer').waitFor()
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByText('101 to 200 of 10000 guests').waitFor()
  await page.getByRole('searchbox').fill('g09999')
  await page.getByRole('rowheader', { name: 'g09999' }).waitFor()
  await page.getByText('1 to 1 of 1 that are looked for, of 10000 guests').waitFor()

  await page.getByRole('link', { name: 'Migrations' }).click()
  await page.getByText('300 more are under way').waitFor()
  expect(await page.locator('tr').count()).toBeLessThan(250)
  await page.getByRole('searchbox').fill('g00499')
  await page.getByRole('rowheader', { name: 'g00499' }).waitFor()
  expect(complaints).toEqual([])
})
