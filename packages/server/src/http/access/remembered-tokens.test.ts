import { expect, test } from 'vitest'
import { storeUnusable } from '../../store/unusable.ts'
import { RememberedTokens } from './remembered-tokens.ts'
import type { KnownToken } from './tokens.ts'

const token: KnownToken = { hash: 'h', name: 'ops', scope: 'operate', expiresAt: null }

function world() {
  const state = { now: 0, isAway: false, known: true, asked: 0 }
  const store = {
    find: async (hash: string) => {
      state.asked++
      if (state.isAway) throw storeUnusable('a database', new Error('it is away'))
      return state.known && hash === 'h' ? token : null
    },
  }
  return { state, tokens: new RememberedTokens(store, () => state.now) }
}

test('whoever was known a moment ago still is while the store is away, and a stranger is not', async () => {
  const { state, tokens } = world()
  expect(await tokens.find('h')).toEqual(token)
  state.isAway = true
  expect(await tokens.find('h')).toEqual(token)
  // It is not waited for each time.
  const { asked } = state
  expect([await tokens.find('h'), state.asked]).toEqual([token, asked])
  await expect(tokens.find('other')).rejects.toMatchObject({ code: 'store-unusable' })
  state.now += 16 * 60_000
  await expect(tokens.find('h')).rejects.toMatchObject({ code: 'store-unusable' })
})

test('one that was revoked is unknown at once where the store says so', async () => {
  const { state, tokens } = world()
  await tokens.find('h')
  state.known = false
  expect(await tokens.find('h')).toBeNull()
  state.isAway = true
  await expect(tokens.find('h')).rejects.toMatchObject({ code: 'store-unusable' })
})
