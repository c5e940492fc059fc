import type { Page } from 'playwright-core'

/** Every page, with what it shows once it is there. */
export const pages: readonly (readonly [path: string, ready: (page: Page) => Promise<unknown>])[] = [
  ['', (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor()],
  ['migrations', (page) => page.getByRole('rowheader', { name: 'old1' }).waitFor()],
  [
    'migrations/m1',
    (page) =>
      page
        .getByText(/the guest writes/)
        .first()
        .waitFor(),
  ],
  ['migrations/m2', (page) => page.getByText(/^Waits for its turn/).waitFor()],
  ['migrations/m0', (page) => page.getByRole('button', { name: 'Print' }).waitFor()],
  ['migrations/m3', (page) => page.getByText(/still copies the guest/).waitFor()],
  ['migrations/m4', (page) => page.getByText('req-0d2f8a9c-6a0e-4a39-8a60-5f2f6c0f6f1b').waitFor()],
  ['migrations/nobody', (page) => page.getByText(/no migration has the id/).waitFor()],
  ['plan?guest=web1&to=host2', planned],
  ['drains', (page) => page.getByRole('rowheader', { name: 'host1' }).waitFor()],
  ['drains/host1', (page) => page.getByRole('rowheader', { name: 'web1' }).waitFor()],
  ['drain-plan?host=host1', drainPlanned],
  ['elsewhere', (page) => page.getByText('There is no such page').waitFor()],
]

export async function planned(page: Page): Promise<void> {
  await page.getByText('running on host1').waitFor()
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByText(/measured at/).waitFor()
}

export async function drainPlanned(page: Page): Promise<void> {
  await page.getByRole('option', { name: 'host1' }).first().waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Plan', exact: true }).click()
  await page.getByText(/measured at/).waitFor()
}
