import { describe, expect, test } from 'vitest'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import type { Store } from '../../store/store.ts'
import { keyKeptMs } from '../../store/stored-request.ts'

const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const

/** Keys of what a service was asked. */
export function keySuite(store: () => Store, open: () => Store, living: DriverIdentity): void {
  describe('a key', () => {
    const key = { caller: 'ci', key: 'k1', at: 5 }
    const answered = { kind: 'answered', fingerprint: 'f', answer: { id: 'm1' } }
    const lastMoment = { ...key, at: 5 + keyKeptMs }
    const later = { ...key, at: 6 + keyKeptMs }

    test('is claimed once, whoever asks; its answer is given until it is old, and one that was dropped is free', async () => {
      await using elsewhere = open()
      expect(await store().keys.find(key)).toEqual({ kind: 'new' })
      const claims = await Promise.all([store().keys.claim(key, 'f'), elsewhere.keys.claim(key, 'f')])
      expect(claims.map(({ kind }) => kind).toSorted()).toEqual(['new', 'open'])
      expect(await store().keys.find(key)).toEqual({ kind: 'open', fingerprint: 'f' })
      await store().keys.answer(key, { id: 'm1' })
      expect(await elsewhere.keys.claim(lastMoment, 'g')).toEqual(answered)
      expect(await elsewhere.keys.find(lastMoment)).toEqual(answered)
      expect(await elsewhere.keys.find(later)).toEqual({ kind: 'new' })
      expect(await store().keys.claim({ ...key, caller: 'web' }, 'g')).toEqual({ kind: 'new' })
      expect(await store().keys.claim(later, 'g')).toEqual({ kind: 'new' })
      await store().keys.drop(key)
      expect(await store().keys.claim(key, 'h')).toEqual({ kind: 'new' })
    })

    test('that was used for something else since is not freed by who had it before', async () => {
      await store().keys.claim(key, 'f')
      await store().keys.drop(key, 'e')
      expect(await store().keys.find(key)).toEqual({ kind: 'open', fingerprint: 'f' })
      await store().keys.drop(key, 'f')
      expect(await store().keys.find(key)).toEqual({ kind: 'new' })
    })

    test('is kept with the request that it was sent with, and of two requests with one key one is kept', async () => {
      await using elsewhere = open()
      const keep = (of: Store, id: string): Promise<boolean> =>
        of.requests.keep(
          { id, at: 5, holder: living, request: { guest: 'web1', to: 'host2', wanted, confirm: false } },
          { key, fingerprint: 'f', answer: { id } },
        )
      const kept = await Promise.all([keep(store(), 'm1'), keep(elsewhere, 'm2')])
      expect(kept.filter(Boolean)).toHaveLength(1)
      const [own, other] = kept[0] ? ['m1', 'm2'] : ['m2', 'm1']
      expect((await store().requests.list()).map(({ id }) => id)).toEqual([own])
      expect(await store().keys.find(key)).toEqual({ ...answered, answer: { id: own } })
      // The one that was not kept takes nothing back.
      await store().requests.drop(other, living, key)
      expect(await store().keys.find(key)).toEqual({ ...answered, answer: { id: own } })
      await store().requests.drop(own, living, key)
      expect([await store().requests.list(), await store().keys.find(key)]).toEqual([[], { kind: 'new' }])
    })
  })
}
