import type { MigrationPlan } from '@landfall/api'
import { expect, test } from 'vitest'
import { ActiveMigration } from './active-migrations.ts'
import { tellBeforeLaunch } from './carry-request.ts'

const active = () => new ActiveMigration({ id: 'm1', guest: 'web1', uuid: 'u1' })
// What is in it is for whoever is told.
const plan = {} as MigrationPlan

test('a launch waits until others were told of it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const told: string[] = []
  const goesOn = tellBeforeLaunch({ beforeLaunch: (id) => (told.push(id), promise) }, active(), plan)
  const first = await Promise.race([goesOn.then(() => 'launched'), Promise.resolve('waiting')])
  expect([first, told]).toEqual(['waiting', ['m1']])
  resolve()
  await expect(goesOn).resolves.toBeUndefined()
})

test('one that is aborted while others are told of it is not launched', async () => {
  const migration = active()
  const beforeLaunch = async (): Promise<void> => void migration.wish({ kind: 'abort', why: 'not tonight' })
  await expect(tellBeforeLaunch({ beforeLaunch }, migration, plan)).rejects.toMatchObject({
    code: 'withdrawn',
    message: expect.stringContaining('not tonight'),
  })
})
