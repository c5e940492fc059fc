import type { MigrationReport, MigrationStatus, Wish } from '@landfall/api'
import { expect, test } from 'vitest'
import type { RunningMigration } from '../running-migration.ts'
import { ActiveMigration, ActiveMigrations } from './active-migrations.ts'

const abort: Wish = { kind: 'abort', why: 'changed my mind' }
const web1 = (id = 'm1') => new ActiveMigration({ id, guest: 'web1', uuid: 'u1' })

function running(ended: Promise<MigrationReport>) {
  const wished: Wish[] = []
  const migration: RunningMigration = {
    id: 'm1',
    guest: { name: 'web1', uuid: 'u1' },
    source: 'host1',
    destination: 'host2',
    role: { origin: 'launched', hands: 'on' },
    isOthers: false,
    status: (): MigrationStatus => 'copying',
    wish: (wish) => {
      wished.push(wish)
      return { allowed: true }
    },
    ended,
  }
  return { migration, wished }
}

// What it says does not matter here.
const report = { outcome: 'completed' } as MigrationReport

test('what is wished before it began is answered by the table, and wished of it when it runs', async () => {
  const active = web1()
  expect(active.wish({ kind: 'force-complete', why: 'now' })).toMatchObject({ allowed: false, code: 'too-early' })
  expect(active.wish(abort)).toEqual({ allowed: true })
  const end = Promise.withResolvers<MigrationReport>()
  const { migration, wished } = running(end.promise)
  const done = active.run(migration, () => 5)
  expect(wished).toEqual([abort])
  expect(active.wish(abort)).toEqual({ allowed: true })
  expect(wished).toEqual([abort, abort])
  end.resolve(report)
  await done
  expect(active.wish(abort)).toMatchObject({ allowed: false })
  expect(wished).toEqual([abort, abort])
})

test('one that has ended is known by what it told, and its driver is let go', async () => {
  const all = new ActiveMigrations()
  const active = web1()
  await all.add(active, () => active.run(running(Promise.resolve(report)).migration, () => 5))
  expect(active.running).toBeNull()
  expect(active.found()).toBeNull()
  expect(all.get('m1').log.kept).toMatchObject([{ update: { kind: 'ended', report } }])
})

test('its end is told when everything behind it is done, and not before', async () => {
  const active = web1()
  const end = Promise.withResolvers<MigrationReport>()
  const done = active.run(running(end.promise).migration, () => 5)
  active.tell({ kind: 'ended', at: 1, report })
  expect(active.log.hasEnded).toBe(false)
  end.resolve(report)
  await done
  expect(active.status).toBe('ended')
})

test('the one of a guest is found by its name and UUID until it has ended', async () => {
  const all = new ActiveMigrations()
  const active = web1()
  const work = Promise.withResolvers<void>()
  void all.add(active, () => work.promise)
  expect([all.ofGuest('web1'), all.ofGuest('u1'), all.ofGuest('web2')]).toEqual([active, active, null])
  work.reject(new Error('no such host'))
  await expect(active.log.after().next()).rejects.toThrow('no such host')
  expect(all.ofGuest('web1')).toBeNull()
  expect(all.get('m1')).toBe(active)
})

test('one is asked of this process until it runs, and not after', async () => {
  const all = new ActiveMigrations()
  const active = web1()
  const end = Promise.withResolvers<MigrationReport>()
  const asked = Promise.withResolvers<void>()
  const done = all.add(active, () => asked.promise.then(() => active.run(running(end.promise).migration, () => 5)))
  expect([all.isAsked('u1'), all.isAsked('u2')]).toEqual([true, false])
  asked.resolve()
  await expect.poll(() => all.isAsked('u1')).toBe(false)
  end.resolve(report)
  await done
  expect(all.isAsked('u1')).toBe(false)
})

test('of ended ones so many are kept, and those that go on all', async () => {
  const all = new ActiveMigrations()
  const goesOn = new ActiveMigration({ id: 'goes on', guest: 'web2', uuid: 'u2' })
  void all.add(goesOn, () => new Promise(() => undefined))
  for (let number = 0; number < 300; number++) {
    const active = web1(`m${number}`)
    active.log.tell({ kind: 'ended', at: number, report })
    await all.add(active, () => Promise.resolve())
  }
  expect(() => all.get('m0')).toThrow('no migration under way has the id "m0"')
  expect([all.get('m299').id, all.get('goes on').id]).toEqual(['m299', 'goes on'])
})
