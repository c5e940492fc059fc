import type { Client, MigrationUpdate, NumberedUpdate } from '@landfall/api'
import { expect, test } from 'vitest'
import { appUnderTest, token } from '../testing/app-under-test.ts'

test('what a migration tells is written down once, however many follow it, and read as it was told', async () => {
  let written = 0
  const step: MigrationUpdate = { kind: 'step', at: 1, message: 'first line\nsecond line' }
  const toJSON = (): MigrationUpdate => {
    written++
    return step
  }
  const told: NumberedUpdate = { number: 7, update: Object.assign({ toJSON }, step) }
  const updates: Client['updates'] = async function* () {
    yield told
  }
  const app = appUnderTest({ updates } as Partial<Client> as Client, () => 500)
  const follow = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${token.read}` }
    return (await app.request('/api/v1/migrations/m1/events', { headers })).text()
  }
  const [one, other] = [await follow(), await follow()]
  expect(one).toBe(`event: update\ndata: ${JSON.stringify(step)}\nid: 7\n\nevent: end\ndata: \n\n`)
  expect(other).toBe(one)
  expect(written).toBe(1)
})
