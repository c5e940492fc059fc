// What each page shows, and who may do what: a real browser before the service's own HTTP, with a fleet that is written here.
import { LandfallError } from '@landfall/core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible, signIn, useBrowser } from './browser.ts'
import { drainPlanned, pages, planned } from './every-page.ts'
import { fleetOfEverything as fleet } from './scripted/everything.ts'
import { guest, host } from './scripted/fleet.ts'
import { detailUnderWay, report, underWay } from './scripted/migrations.ts'
import { serve } from './scripted/service.ts'

const browser = useBrowser()

describe.each([
  ['light', { width: 1280, height: 900 }],
  ['dark', { width: 390, height: 844 }],
] as const)('%s', (colorScheme, viewport) => {
  test('every page is accessible, fits its width, and asks for nothing that the policy refuses', async () => {
    await using service = await serve(fleet())
    const { page, complaints } = await browser.open({
      colorScheme,
      viewport,
      timezoneId: 'Asia/Tokyo',
      locale: 'en-GB',
    })
    await page.goto(service.url)
    await page.getByLabel('Token').waitFor()
    await expectAccessible(page, 'sign in')
    await signIn(page, service.url, service.token.operate)
    for (const [path, ready] of pages) {
      await page.goto(`${service.url}/console/${path}`)
      await ready(page)
      await expectAccessible(page, path)
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect({ path, fits: beyond <= 0 }).toEqual({ path, fits: true })
    }
    await page.goto(`${service.url}/console/migrations/m0`)
    await page.getByText(/21:00:00 to 21:00:23/).waitFor()
    await page.getByRole('button', { name: 'Asia/Tokyo' }).click()
    await page.getByText(/12:00:00 to 12:00:23/).waitFor()
    await page.getByRole('link', { name: 'Migrations' }).click()
    await page.getByRole('link', { name: 'web1' }).first().click()
    await page.getByRole('button', { name: 'Abort' }).click()
    await expectAccessible(page, 'the question before an abort')
    expect(complaints).toEqual([])
  })
})

test('the token is in no address and no lasting place, and a tab of its own knows nothing of it', async () => {
  await using service = await serve(fleet())
  const { page, context } = await browser.open()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await signIn(page, service.url, service.token.read)
  await page.getByRole('rowheader', { name: 'web1' }).waitFor()
  expect(asked.length).toBeGreaterThan(3)
  expect(asked.filter((url) => url.includes(service.token.read) || !url.startsWith(service.url))).toEqual([])
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([])
  expect(await context.cookies()).toEqual([])
  await page.reload()
  await page.getByRole('rowheader', { name: 'web1' }).waitFor()
  const other = await context.newPage()
  await other.goto(service.url)
  await other.getByLabel('Token').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor()
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([])
})

test('of a migration that Nova carries out its state is told beside libvirt’s, who steers it, and what differs with the repair', async () => {
  await using service = await serve(fleet())
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate)
  await page.getByRole('row', { name: /^host1 .* steered/ }).waitFor()
  await page.getByRole('row', { name: /^host2 .* only observed/ }).waitFor()
  await page.getByRole('link', { name: 'Migrations' }).click()
  const alarmed = page.getByRole('row', { name: /^instance-0000002a/ })
  await alarmed.getByText("Nova's migration 8 is error").waitFor()
  await alarmed.getByText("Nova's, observed").waitFor()
  const list = page.getByRole('region', { name: 'List of migrations under way' })
  expect(await list.getByRole('rowheader').first().innerText()).toBe('instance-0000002a')
  await alarmed.getByRole('link').click()
  await page.getByText('Nova carries it out. It is only observed').waitFor()
  const actions = page.getByRole('group', { name: 'What can be done now' })
  await actions.getByText('Nova decides how it goes on').waitFor()
  for (const name of ['Complete now', 'Change intent'])
    expect(await actions.getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true')
  await actions.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').getByText('Nova is asked to abort it').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('Abort it, so that the guest stays on host1').waitFor()
  await page.getByText(/Nova has not answered since/).waitFor()
  await page.goto(`${service.url}/console/migrations/m4`)
  await page.getByText('Nova carries it out, and it is steered from here').waitFor()
  expect(await actions.getByRole('button', { name: 'Complete now' }).getAttribute('aria-disabled')).toBe('false')
  await page.getByText('migration 7 is running: host1 → host2').waitFor()
  await page.getByText('copies: host1 → host2').waitFor()
})

test('a token that nobody made signs nobody in, and says what to do', async () => {
  await using service = await serve(fleet())
  const { page } = await browser.open()
  await page.goto(service.url)
  await page.getByLabel('Token').fill('landfall_nobody')
  await page.getByRole('button', { name: 'Sign in' }).click()
  expect(await page.getByRole('alert').innerText()).toMatch(/not known here.*administrator makes them/s)
})

test('who may only read is not offered what he may not do, and is told why', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.read, 'migrations/m1')
  const abort = page.getByRole('button', { name: 'Abort' })
  expect(await abort.getAttribute('aria-disabled')).toBe('true')
  await page.getByText('"ann-read" may read, and not operate').first().waitFor()
  await abort.click({ force: true })
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.goto(`${service.url}/console/plan?guest=web1&to=host2`)
  await planned(page)
  expect(await page.getByRole('button', { name: 'Move web1 to host2' }).getAttribute('aria-disabled')).toBe('true')
  await page.goto(`${service.url}/console/drain-plan?host=host1`)
  await drainPlanned(page)
  expect(await page.getByRole('button', { name: 'Drain host1' }).getAttribute('aria-disabled')).toBe('true')
  expect([client.asked, client.wishes, client.drainsAsked]).toEqual([[], [], []])
})

test('names and messages of hostile hosts are text', async () => {
  const markup = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
  const client = fleet()
  client.fleet = [host(markup), { name: 'h2', uri: markup, reachable: false, why: markup }]
  client.guests = [guest(markup, { host: markup, state: markup })]
  client.under = [underWay('m1', { guest: markup, outlook: { etaMs: null, progress: 0, line: markup } })]
  client.past = [report('m0', { guest: markup, reason: { code: markup, message: markup } })]
  client.details.set('m1', detailUnderWay(client.under[0] ?? underWay('m1')))
  await using service = await serve(client)
  const { page, complaints } = await browser.open()
  await signIn(page, service.url, service.token.operate)
  for (const path of ['', 'migrations', 'migrations/m1', `plan?guest=${encodeURIComponent(markup)}`]) {
    await page.goto(`${service.url}/console/${path}`)
    await (path.startsWith('plan') ? page.getByText('running').or(page.getByLabel('Guest')) : page.getByText(markup))
      .first()
      .waitFor()
    expect(await page.locator('img, main script').count()).toBe(0)
    expect(await page.title()).not.toBe('1')
  }
  expect(complaints).toEqual([])
})

test('what is looked for stands in the address, and the keyboard alone leads from it to a plan and a move', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate)
  await page.getByRole('rowheader', { name: 'web1' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('host:host2')
  await page.getByRole('rowheader', { name: 'web1' }).waitFor({ state: 'detached' })
  expect(page.url()).toMatch(/\?q=host%3Ahost2$/)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('web')
  await page.getByRole('rowheader', { name: 'web1' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByText('running on host1').waitFor()
  await tabTo(page, 'Destination')
  await page.keyboard.type('host2')
  await tabTo(page, 'Plan')
  await page.keyboard.press('Enter')
  await page.getByText(/measured at/).waitFor()
  await tabTo(page, 'Move web1 to host2')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByText('It is checked and measured once more').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(client.asked).toEqual([])
  await tabTo(page, 'Move web1 to host2')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, 'Move web1 to host2')
  await page.keyboard.press('Enter')
  await page.waitForURL(/migrations\/m1$/)
  expect(client.asked).toMatchObject([{ guest: 'web1', to: 'host2', confirm: false }])
})

test('what another pause or a deadline would mean is seen at once, without asking the service', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate, 'plan?guest=web1&to=host2')
  await planned(page)
  await page.getByText(/from the guest's metadata/).waitFor()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') asked.push(request.url())
  })
  const others = page.getByRole('region', { name: 'What would change', exact: true })
  await others.getByRole('row', { name: 'post-copy never refused' }).waitFor()
  await page.getByLabel('post-copy').selectOption('never')
  await page.getByLabel('slowdown').fill('0')
  await page.getByLabel('pause limit').fill('100ms')
  await page.getByText('Refused', { exact: true }).waitFor()
  expect(await page.getByRole('button', { name: 'Move web1 to host2' }).getAttribute('aria-disabled')).toBe('true')
  await page
    .getByRole('button', { name: /^max-pause/ })
    .first()
    .click()
  await page.getByText(/^Goes by/).waitFor()
  expect(asked).toEqual([])
  await page.getByLabel('pause limit').fill('long')
  await page.getByText('"long" is not a duration').first().waitFor()
})

test('a drain is planned first, with times, costs and who stays; then it runs, and is paused', async () => {
  const client = fleet()
  client.drained = []
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate)
  await page.getByRole('link', { name: 'Drain host1' }).click()
  await drainPlanned(page)
  await page.getByText('1 of 3 guests cannot go').waitFor()
  await page.getByText(/no host has room for it/).waitFor()
  await page.getByText('possible with: 23 GiB more on host2').waitFor()
  expect(await page.getByRole('region', { name: "What each guest's move costs" }).innerText()).toMatch(
    /web1.*post-copy/s,
  )
  await page.getByRole('button', { name: 'Drain host1' }).click()
  await page.getByRole('dialog').getByText('host1 will not be empty').waitFor()
  expect(client.drainsAsked).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Drain host1' }).click()
  await page.waitForURL(/drains\/host1$/)
  expect(client.drainsAsked).toMatchObject([{ host: 'host1', kind: 'drain', partly: true, fallback: 'stay' }])
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('dialog').getByText('what is on its way lands').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(client.changes).toEqual([{ kind: 'pause' }])
})

test('a drain shows who moves where, who stays and why, and is stopped after its consequence was said', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate, 'drains')
  await page.getByRole('link', { name: 'host1', exact: true }).click()
  await page.getByRole('rowheader', { name: '→ host2' }).waitFor()
  await page
    .getByText(/^predicted from .* to /)
    .first()
    .waitFor({ state: 'attached' })
  await page.getByText(/no host has room for it/).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('dialog').getByText('the others stay on host1').waitFor()
  expect(client.changes).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(client.changes).toEqual([{ kind: 'stop' }])
})

test('what has been asked for cannot be left before it is answered: where it fails, that is told', async () => {
  const client = fleet()
  const answer = Promise.withResolvers<void>()
  client.changeAnswered = answer.promise
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate, 'drains/host1')
  await page.getByRole('button', { name: 'Stop' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await dialog.getByRole('button', { name: 'Asking' }).waitFor()
  await dialog.getByRole('button', { name: 'Leave it' }).click({ force: true })
  for (let press = 0; press < 3; press++) await page.keyboard.press('Escape')
  answer.reject(new LandfallError('store-unusable', 'the store is away', { next: 'Ask again' }))
  await dialog.getByText('the store is away').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(client.changes).toEqual([{ kind: 'stop' }])
})

test('an abort says what it does before it is asked for', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate, 'migrations/m1')
  await page.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').getByText('The guest stays on host1').waitFor()
  expect(client.wishes).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(client.wishes).toEqual([{ kind: 'abort', why: 'asked for in the console' }])
})

test('a change of intent says what it means before it is asked for, and what it asks are settings', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate, 'migrations/m1')
  await page.getByRole('button', { name: 'Change intent' }).click()
  await page.getByRole('dialog').getByText('Nothing is changed yet').waitFor()
  await expectAccessible(page, 'the question before a change of intent')
  await page.getByRole('dialog').getByLabel('pause limit').fill('3s')
  await page.getByRole('dialog').getByText('for as long as the pause limit says').waitFor()
  expect(client.wishes).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Change intent' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(client.wishes).toEqual([
    { kind: 'change-intent', settings: { 'max-pause': '3s' }, origin: 'asked for in the console' },
  ])
})

test('while the service is away the page keeps what it showed and says since when, and goes on when it is back', async () => {
  const client = fleet()
  await using service = await serve(client)
  const { page } = await browser.open()
  await signIn(page, service.url, service.token.operate, 'migrations')
  await page.getByRole('rowheader', { name: 'old1' }).waitFor()
  // The last of the pages that are fetched ahead.
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/plan-page')),
  )
  await service[Symbol.asyncDispose]()
  await page.getByText(/has not answered since/).waitFor()
  expect(await page.getByRole('rowheader', { name: 'old1' }).count()).toBe(1)
  await page.getByRole('link', { name: 'Plan', exact: true }).click()
  await page.getByRole('heading', { name: 'Plan a move' }).waitFor()
  await page.getByText(/has not answered since/).waitFor()
  await page.getByRole('link', { name: 'Migrations' }).click()
  await page.getByRole('rowheader', { name: 'old1' }).waitFor()
  client.under = [underWay('m7', { guest: 'new1' })]
  await using back = await serve(client, { port: Number(new URL(service.url).port), token: service.token })
  expect(back.url).toBe(service.url)
  await page.getByRole('rowheader', { name: 'new1' }).waitFor()
  await page.getByText(/has not answered since/).waitFor({ state: 'detached' })
})

test('its first view is small', async () => {
  await using service = await serve(fleet())
  const { page, context } = await browser.open()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  const received: number[] = []
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => received.push(encodedDataLength))
  await page.goto(service.url)
  await page.getByLabel('Token').waitFor()
  const bytes = received.reduce((sum, each) => sum + each, 0)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(200_000)
})

/** By the keyboard, to what is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const { activeElement: at } = document
      const labelled = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? at.labels?.[0] : null
      return labelled?.firstElementChild?.textContent ?? at?.textContent ?? ''
    })
    if (label === name) return
  }
  throw new Error(`no key leads to "${name}"`)
}
