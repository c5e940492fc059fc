// Real migrations between real hosts, asked for and followed in a browser; the service dies meanwhile, and the stream is cut.
import { setLink } from '@landfall/lab'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
// What it provides is told there.
import '../../../../lab/suite/laboratory/laboratory.ts'
import { busyGuest, now, slowLink, useGuest } from '../../../../lab/suite/support/guest.ts'
import { serviceConfig, startService, stopService, tokenFor } from '../../../../lab/suite/support/service.ts'
import { signIn, useBrowser } from '../browser.ts'
import { Way } from './way.ts'
import { suiteLab } from '../../../../lab/suite/support/suite-lab.ts'

const guest = useGuest(busyGuest)
const browser = useBrowser()
beforeAll(() => setLink(suiteLab().name, slowLink))

/** Its plan and its copy, on a machine that is busy with other things. */
const untilItLandsMs = 150_000

test('a guest is found, planned, moved and seen to land, though the service was killed meanwhile', async () => {
  const first = await startService(serviceConfig('console'))
  const token = await tokenFor('operate')
  const beganAt = now()
  const { from, to } = await guest.route()
  const { page, complaints } = await browser.open()
  await signIn(page, first.url, token)

  await page.getByRole('searchbox').fill(`state:running host:${from}`)
  await page.getByRole('link', { name: guest.name }).click()
  await page.getByText(`running on ${from}`).waitFor()
  await page.getByLabel('Destination').selectOption(to)
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByRole('rowheader', { name: /chosen/ }).waitFor()
  await page.getByRole('button', { name: `Move ${guest.name} to ${to}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^Move/ }).click()

  await page.getByText('copying', { exact: true }).waitFor({ timeout: untilItLandsMs })
  first.process.child.kill('SIGKILL')
  await first.process.ended
  await page.getByText(/has not answered since/).waitFor()
  const second = await startService(serviceConfig('console', `listen = "${new URL(first.url).host}"`))
  await page.getByText(/has not answered since/).waitFor({ state: 'detached' })

  await page.getByText('completed', { exact: true }).waitFor({ timeout: untilItLandsMs })
  await page.getByText(`${guest.name} runs on ${to}`).waitFor()
  const decision = page
    .getByRole('listitem')
    .filter({ hasText: /^after .*pass \d/ })
    .first()
  expect(await decision.innerText()).toMatch(/the guest writes .*the link carries/)
  expect(await page.getByRole('row', { name: /^total time/ }).innerText()).toMatch(/\d+(\.\d+)? s/)
  await guest.livesOn(to, beganAt)
  expect(complaints).toEqual([])
  await stopService(second)
})

test('another is found in the list and aborted, though the stream was cut meanwhile', async () => {
  const service = await startService(serviceConfig('aborted'))
  const token = await tokenFor('operate')
  const beganAt = now()
  const { from, to } = await guest.route()
  // Its first pass would take minutes: it is under way until somebody aborts it, however busy the machine is.
  await setLink(suiteLab().name, '16Mbit')
  onTestFinished(() => setLink(suiteLab().name, slowLink))
  const wanted = { settings: { 'post-copy': 'never', 'max-slowdown': '99', 'max-pause': '100ms' } }
  const asked = await fetch(`${service.url}/api/v1/migrations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ guest: guest.name, to, wanted }),
  })
  expect(asked.status).toBe(202)

  const way = new Way(service.url)
  await way.open()
  onTestFinished(() => way.cut())
  const { page } = await browser.open()
  await signIn(page, way.url, token, 'migrations')
  await page.getByRole('link', { name: guest.name }).first().click()
  await page.getByText('copying', { exact: true }).waitFor({ timeout: untilItLandsMs })
  way.cut()
  await page.getByText(/has not answered since/).waitFor()
  await way.open()
  await page.getByText(/has not answered since/).waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').getByText(`The guest stays on ${from}`).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // What waits to be sent is let through.
  await setLink(suiteLab().name, slowLink)
  await page.getByText('aborted', { exact: true }).waitFor({ timeout: untilItLandsMs })
  await page
    .getByText(/asked for in the console/)
    .first()
    .waitFor()
  await guest.livesOn(from, beganAt)
  await stopService(service)
})

test('a host is drained: planned, begun, seen to be empty; what became of its guest is a click away', async () => {
  const service = await startService(serviceConfig('drained'))
  const token = await tokenFor('operate')
  const beganAt = now()
  const { from, to } = await guest.route()
  const { page, complaints } = await browser.open()
  await signIn(page, service.url, token)
  await page.getByRole('link', { name: `Drain ${from}` }).click()
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByText(/measured at/).waitFor({ timeout: untilItLandsMs })
  await page.getByRole('rowheader', { name: `→ ${to}` }).waitFor()
  await page.getByRole('button', { name: `Drain ${from}` }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Drain ${from}` })
    .click()
  await page.waitForURL(new RegExp(`drains/${from}$`))
  await page.getByText(/^moved in /).waitFor({ timeout: untilItLandsMs })
  await page.getByText('done', { exact: true }).waitFor({ timeout: untilItLandsMs })
  await page.getByRole('link', { name: guest.name }).click()
  await page.getByText(`${guest.name} runs on ${to}`).waitFor()
  await guest.livesOn(to, beganAt)
  expect(complaints).toEqual([])
  await stopService(service)
})
