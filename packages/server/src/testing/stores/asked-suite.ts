import type { MigrationReport } from '@landfall/api'
import { expect, test } from 'vitest'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import type { Lease, Store } from '../../store/store.ts'
import { LeaseLostError } from '../../store/store.ts'
import { plainRecord } from '../story.ts'

/** What is asked of migrations through a store: requests that wait, wishes, and updates for whoever follows from elsewhere. */
export function askedSuite(
  store: () => Store,
  { living, dead }: { readonly living: DriverIdentity; readonly dead: DriverIdentity },
): void {
  test('a request is kept until it is dropped, and goes from holder to holder', async () => {
    const wanted = { settings: { deadline: '1h' }, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    await store().requests.keep({ id: 'm1', at: 5, holder: dead, request })
    await store().requests.keep({ id: 'm1', at: 5, holder: living, request })
    await store().requests.keep({ id: 'm2', at: 6, holder: living, request })
    expect(await store().requests.list()).toMatchObject([{ id: 'm1', at: 5, holder: living, request }, { id: 'm2' }])
    await store().requests.drop('m1', dead)
    await store().requests.drop('m1', living)
    expect((await store().requests.list()).map(({ id }) => id)).toEqual(['m2'])
  })

  test('that Nova is about to be asked is noted by the holder alone, and stays with the request', async () => {
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    const { requests } = store()
    await requests.keep({ id: 'm1', at: 5, holder: living, request })
    expect(await requests.asking('m1', dead, { instance: 'u1', newestBefore: 4 })).toBe(false)
    expect((await requests.list())[0]).not.toHaveProperty('asking')
    expect(await requests.asking('m1', living, { instance: 'u1', newestBefore: null })).toBe(true)
    expect(await requests.list()).toEqual([
      { id: 'm1', at: 5, holder: living, request, asking: { instance: 'u1', newestBefore: null } },
    ])
    await requests.keep({ id: 'm1', at: 5, holder: living, request, asking: { instance: 'u1', newestBefore: 4 } })
    expect(await requests.list()).toMatchObject([{ request, asking: { instance: 'u1', newestBefore: 4 } }])
    expect(await requests.asking('m2', living, { instance: 'u1', newestBefore: null })).toBe(false)
  })

  test('a request whose holder died is left, and is claimed by one', async () => {
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    await store().requests.keep({ id: 'm1', at: 5, holder: living, request })
    expect(await store().requests.left()).toEqual([])
    expect(await store().requests.claim('m1', living)).toBeNull()
    await store().requests.keep({ id: 'm2', at: 6, holder: dead, request })
    expect(await store().requests.left()).toMatchObject([{ id: 'm2' }])
    expect(await store().requests.claim('m2', living)).toMatchObject({ id: 'm2', holder: living, request })
    expect(await store().requests.claim('m2', living)).toBeNull()
    expect(await store().requests.left()).toEqual([])
  })

  test('who has claimed a request goes on with it for as long as it is theirs: what another claims, and ends, stays so', async () => {
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    const asking = { instance: 'u1', newestBefore: 4, abort: 'by hand' }
    const { requests } = store()
    await requests.keep({ id: 'm1', at: 5, holder: dead, request })
    expect(await requests.claim('m1', living)).toMatchObject({ id: 'm1' })
    expect(await requests.asking('m1', living, asking)).toBe(true)
    expect(await requests.renew('m1', dead)).toBe(false)
    expect(await requests.renew('m1', living)).toBe(true)
    expect(await requests.list()).toEqual([{ id: 'm1', at: 5, holder: living, request, asking }])
    await requests.drop('m1', living)
    expect([await requests.renew('m1', dead), await requests.renew('m1', living)]).toEqual([false, false])
    expect(await requests.list()).toEqual([])
  })

  test('what was asked begins only for who holds it: not for one who was frozen while another took it', async () => {
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    const begin = (): Promise<Lease> => store().begin({ ...plainRecord, id: 'm1' }, 5, living, { isKept: true })
    await expect(begin()).rejects.toMatchObject({ code: 'withdrawn' })
    await store().requests.keep({ id: 'm1', at: 5, holder: dead, request })
    await expect(begin()).rejects.toMatchObject({ code: 'withdrawn' })
    await store().requests.keep({ id: 'm1', at: 5, holder: living, request })
    expect(await begin()).toEqual({ migration: 'm1', token: 1 })
  })

  test('what was begun, and of which no host was asked anything, is begun anew: whoever had it before has lost it', async () => {
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    const begin = (holder: DriverIdentity): Promise<Lease> =>
      store().begin({ ...plainRecord, id: 'm1' }, 5, holder, { isKept: true })
    await store().requests.keep({ id: 'm1', at: 5, holder: dead, request })
    const first = await begin(dead)
    await store().requests.keep({ id: 'm1', at: 5, holder: living, request })
    expect(await begin(living)).toEqual({ migration: 'm1', token: 2 })
    const third = await begin(living)
    expect((await store().entries('m1')).map(({ kind }) => kind)).toEqual(['begun'])
    await expect(store().append(first, { at: 6, kind: 'launching' })).rejects.toThrow(LeaseLostError)
    await store().append(third, { at: 6, kind: 'launching' })
    await expect(begin(living)).rejects.toMatchObject({ code: 'already-driven' })
  })

  test('a wish is carried out or taken back, never both', async () => {
    const wish = { kind: 'abort', why: 'by hand' } as const
    const { elsewhere } = store()
    const [first, second] = [await elsewhere.ask('m1', wish, 1), await elsewhere.ask('m1', wish, 2)]
    expect(await elsewhere.asked()).toEqual([first, second].map((number) => ({ number, migration: 'm1', wish })))
    expect([await elsewhere.take(first), await elsewhere.withdraw(first)]).toEqual([true, false])
    expect([await elsewhere.withdraw(second), await elsewhere.take(second)]).toEqual([true, false])
    expect(await elsewhere.answerTo(first)).toBeNull()
    await elsewhere.answer(first, { allowed: true })
    expect(await elsewhere.answerTo(first)).toEqual({ allowed: true })
    await store().elsewhere.dropAnswered(first)
    expect(await store().elsewhere.answerTo(first)).toBeNull()
  })

  test('updates are published in the order of their numbers, until nobody needs them', async () => {
    const { elsewhere } = store()
    const told = [5_000_000_000_000, 6].map((number) => ({
      number,
      update: { kind: 'launched', id: 'm1', at: 1 } as const,
    }))
    await elsewhere.follow('m1', 1)
    await elsewhere.follow('m1', 2)
    expect(await elsewhere.followed()).toEqual(['m1'])
    await elsewhere.publish('m1', { told, stale: null })
    await elsewhere.publish('m1', { told: told.slice(1), stale: null })
    expect(await elsewhere.published('m1', 0)).toEqual(told.toReversed())
    await elsewhere.publish('m1', { told: [], stale: 6 })
    expect(await elsewhere.published('m1', 5)).toEqual(told.slice(0, 1))
    await elsewhere.forget('m1')
    expect([await elsewhere.followed(), await elsewhere.published('m1', 0)]).toEqual([[], []])
  })

  test('what was told of migrations that are over is forgotten once it is old, and what was wished of any', async () => {
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    const wish = { kind: 'abort', why: 'by hand' } as const
    const { elsewhere } = store()
    const lease = await store().begin({ ...plainRecord, id: 'ended' }, 1, living)
    // What else it says does not matter here.
    const report = { id: 'ended', outcome: 'completed', strategy: 'pre-copy', totalTimeMs: 12.5 } as MigrationReport
    await store().append(lease, { at: 9, kind: 'ended', report })
    await store().begin({ ...plainRecord, id: 'goes-on' }, 1, living)
    await store().requests.keep({ id: 'waits', at: 1, holder: living, request })
    const old = { number: 19_999, update: { kind: 'launched', id: 'm1', at: 19 } as const }
    const young = { ...old, number: 20_000 }
    const all = ['ended', 'goes-on', 'unknown', 'waits', 'younger']
    for (const id of all) {
      await elsewhere.follow(id, id === 'younger' ? 20 : 19)
      await elsewhere.publish(id, { told: [old, young], stale: null })
    }
    await elsewhere.ask('goes-on', wish, 19)
    const asked = await elsewhere.ask('goes-on', wish, 20)
    await elsewhere.forgetOlder(20)
    expect((await elsewhere.followed()).toSorted()).toEqual(['goes-on', 'waits', 'younger'])
    const left = await Promise.all(all.map((id) => elsewhere.published(id, 0)))
    expect(left).toEqual([[young], [old, young], [young], [old, young], [young]])
    expect((await elsewhere.asked()).map(({ number }) => number)).toEqual([asked])
  })
}
