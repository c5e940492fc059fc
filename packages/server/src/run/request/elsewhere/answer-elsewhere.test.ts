import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, MigrationReport, MigrationUpdate, NumberedUpdate, Wish } from '@landfall/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import { openStore } from '../../../store/open-store.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import type { Lease, Store } from '../../../store/store.ts'
import { SetBackClock } from '../../../testing/set-back-clock.ts'
import { plainRecord } from '../../../testing/story.ts'
import { UpdateLog } from '../../update-log.ts'
import { ActiveMigration, ActiveMigrations } from '../active-migrations.ts'
import { AnswersElsewhere } from './answer-elsewhere.ts'
import { askElsewhere } from './ask-elsewhere.ts'
import { followById } from './follow-by-id.ts'

const { id } = plainRecord
const abort: Wish = { kind: 'abort', why: 'by hand' }
// What they say does not matter here.
const ended: MigrationUpdate = { kind: 'ended', at: 90, report: { outcome: 'completed' } as MigrationReport }
const refused = { kind: 'refused', at: 95, report: { outcome: 'refused' } } as MigrationUpdate
const sampled = (at: number): MigrationUpdate => ({ kind: 'sample', at }) as MigrationUpdate
const step = (at: number): MigrationUpdate => ({ kind: 'step', at, message: 'one' })

let folder: string
let store: Store
let lease: Lease
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
  lease = await store.begin(plainRecord, 1, ownIdentity())
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** The process that has to do with the migration, and another one beside it, where time passes only while somebody waits. */
function world(onWait: () => Promise<void> = async () => undefined) {
  let now = 0
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      await onWait()
    },
  }
  const active = new ActiveMigrations()
  const own = new ActiveMigration({ id, guest: 'web1', uuid: 'u1' })
  void active.add(own, () => new Promise(() => undefined))
  const wished: Wish[] = []
  const wish = async (_id: string, asked: Wish): Promise<Answer> => {
    wished.push(asked)
    return { allowed: true }
  }
  return { clock, own, wished, answers: new AnswersElsewhere({ store, clock, active, wish }) }
}

test('what another process asks is carried out by the driver, once, and answered', async () => {
  const { clock, wished, answers } = world(() => answers.look())
  expect(await askElsewhere({ store, clock }, id, abort)).toEqual({ allowed: true })
  await answers.look()
  expect(wished).toEqual([abort])
})

test('what nobody heard is taken back: a driver that comes back does not carry it out', async () => {
  const { clock, wished, answers } = world()
  expect(await askElsewhere({ store, clock }, id, abort)).toBeNull()
  await answers.look()
  expect(wished).toEqual([])
})

test('and no later because somebody sets the clock back: whoever aborts waits for that', async () => {
  const clock = new SetBackClock()
  expect(await askElsewhere({ store, clock }, id, abort)).toBeNull()
  expect(clock.passedMs).toBeLessThan(5000)
})

test('of an ID that nobody knows nothing is asked', async () => {
  const { clock } = world()
  expect(await askElsewhere({ store, clock }, 'm9', abort)).toBeNull()
  expect(await store.elsewhere.asked()).toEqual([])
})

async function followed(tell: (own: ActiveMigration, look: number) => void, after = 0): Promise<NumberedUpdate[]> {
  let looks = 0
  const { clock, own, answers } = world(async () => {
    tell(own, ++looks)
    await answers.look()
  })
  const found: NumberedUpdate[] = []
  for await (const each of followById({ store, clock }, new ActiveMigrations(), id, { after })) found.push(each)
  return found
}

function tellAll(own: ActiveMigration, look: number): void {
  if (look === 1) for (const update of [step(10), sampled(11)]) own.log.tell(update)
  if (look === 2) own.log.tell(sampled(20))
  if (look === 3) own.log.tell(ended)
}

test('who follows elsewhere is told the same, under the same numbers, of samples the newest', async () => {
  expect((await followed(tellAll)).map(({ number, update }) => [number, update.kind])).toEqual([
    [10_000, 'step'],
    [11_000, 'sample'],
    [20_000, 'sample'],
    [90_000, 'ended'],
  ])
  expect(await followed(() => undefined, 15_000)).toMatchObject([{ number: 20_000 }, { number: 90_000 }])
})

test('the end of a request that became no migration is told though nobody follows it, and is forgotten after ten minutes', async () => {
  const { clock, own, answers } = world()
  for (const update of [step(10), refused]) own.log.tell(update)
  await answers.tellEnd(id, own.log)
  await clock.sleep(599_999)
  await answers.look()
  expect(await store.elsewhere.published(id, 0)).toMatchObject([{ number: 10_000 }, { update: { kind: 'refused' } }])
  await clock.sleep(1)
  await answers.look()
  expect(await store.elsewhere.published(id, 0)).toEqual([])
})

test('what kept it from its end is told there, too', async () => {
  await store.release(lease)
  const failing = followed((own) => own.log.fail(serverError('unknown-host', 'there is no host3', 'Name another')))
  await expect(failing).rejects.toMatchObject({ code: 'unknown-host', message: 'there is no host3' })
})

test('why a request cannot be begun again is told behind what was told of it before, for who has read that', async () => {
  const { answers } = world()
  // By its number it begins behind what the server told that died.
  const log = new UpdateLog(5000)
  log.fail(serverError('unknown-guest', 'no host has web1', 'Look for it'))
  await answers.tellEnd('m2', log)
  expect(await store.elsewhere.published('m2', 5000)).toMatchObject([{ problem: { code: 'unknown-guest' } }])
})

const nothing = (): Promise<never> => Promise.reject(new Error('nothing is wished'))

test('what a driver had still to forget when it was restarted is forgotten after a day, by whoever looks', async () => {
  const { own, answers } = world()
  await store.elsewhere.follow(id, 0)
  own.log.tell(step(10))
  own.log.tell(ended)
  await answers.look()
  await store.append(lease, { at: 90, kind: 'ended', report: { outcome: 'completed' } as MigrationReport })
  let now = 3_600_000
  const clock: Clock = { now: () => now, sleep: async () => undefined }
  const restarted = new AnswersElsewhere({ store, clock, active: new ActiveMigrations(), wish: nothing })
  await restarted.look()
  expect([await store.elsewhere.followed(), (await store.elsewhere.published(id, 0)).length]).toEqual([[id], 2])
  now += 24 * 3_600_000
  await restarted.look()
  expect([await store.elsewhere.followed(), await store.elsewhere.published(id, 0)]).toEqual([[], []])
})
