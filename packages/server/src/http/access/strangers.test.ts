import type { Caller } from '@landfall/api'
import { beforeEach, expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import { RateLimit } from '../limits/rate-limit.ts'
import { Strangers } from './strangers.ts'

const caller: Caller = { name: 'ci', scope: 'read' }
const network = '192.0.2.1'
const known = (): Promise<Caller> => Promise.resolve(caller)
const unknown = (): Promise<never> => Promise.reject(serverError('unknown-token', 'not known here', 'Send another'))
const away = (): Promise<never> => Promise.reject(serverError('store-unusable', 'it is away', 'Wait'))

let strangers: Strangers
beforeEach(async () => {
  strangers = new Strangers(new RateLimit({ burst: 2, perSecond: 0, now: () => 0 }))
  await strangers.admit(network, 'Bearer ours', known)
  // Somebody behind the same network has used up its tries.
  for (const guess of ['a', 'b']) await strangers.admit(network, guess, unknown).catch(() => undefined)
})

const ask = (identify: () => Promise<Caller>): Promise<Caller> => strangers.admit(network, 'Bearer ours', identify)

test('a stranger is kept out after some tries, and whoever was known a moment ago is not', async () => {
  await expect(strangers.admit(network, 'c', unknown)).rejects.toMatchObject({ code: 'too-many-requests' })
  expect(await ask(known)).toEqual(caller)
})

test('whoever is known may ask for several things at once', async () => {
  expect(await Promise.all([ask(known), ask(known), ask(known)])).toEqual([caller, caller, caller])
})

test('a store that was away leaves everybody known', async () => {
  await expect(ask(away)).rejects.toMatchObject({ code: 'store-unusable' })
  expect(await ask(known)).toEqual(caller)
})

test('whose token was revoked is a stranger from then on', async () => {
  await expect(ask(unknown)).rejects.toMatchObject({ code: 'unknown-token' })
  await expect(ask(known)).rejects.toMatchObject({ code: 'too-many-requests' })
})
