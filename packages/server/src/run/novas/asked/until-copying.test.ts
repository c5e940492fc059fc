import type { Domain } from '@landfall/libvirt'
import type { Migration } from '@landfall/openstack'
import { expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { FakeNova, plainServer } from '../../../testing/fake-nova.ts'
import { hostPlacing } from '../../../testing/fake-connection.ts'
import { SetBackClock } from '../../../testing/set-back-clock.ts'
import type { UntilCopying } from './until-copying.ts'
import { untilCopying } from './until-copying.ts'

const uuid = '11111111-2222-3333-4444-555555555555'

const host = (name: string, runs: boolean) => hostPlacing(uuid, name, runs)

/** Waits for a guest that libvirt copies nothing of; no host is asked where it is. */
const waitingFor = (nova: FakeNova, clock: Clock, change: Partial<UntilCopying> = {}): Promise<Migration> =>
  untilCopying({
    nova,
    newestBefore: null,
    requestId: null,
    active: { abort: null },
    say: () => undefined,
    clock,
    domain: { uuid, getJobStats: async () => Promise.reject(new Error('no job')) } as unknown as Domain,
    sessions: [],
    ...change,
  })

/** On which only sleeping takes time, and ten minutes are too long. */
function ticking(): Clock {
  let now = 0
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      if (now > 600_000) throw new Error('it never ends')
    },
  }
}

test('a record that runs without a copy for a minute is given up, and says where libvirt has the guest', async () => {
  const nova = new FakeNova(uuid)
  nova.moves({ status: 'running' })
  let now = 0
  const silent = host('host3', false)
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) }
  const waiting = waitingFor(nova, clock, {
    sessions: [
      host('host1', false),
      host('host2', true),
      Object.assign(silent, { connection: () => Promise.reject(new Error('host3 does not answer')) }),
    ],
  })
  await expect(waiting).rejects.toMatchObject({
    code: 'nova-refused',
    message: expect.stringMatching(/for 60 s.*it runs on host2, host3 does not answer$/),
  })
  expect(now).toBeLessThan(62_000)
  expect(nova.asked).toEqual([])
})

test('one that was completed before its job was seen is no refusal', async () => {
  const nova = new FakeNova(uuid)
  nova.moves({ status: 'completed', statusAsSent: 'completed' })
  const record = await waitingFor(nova, { now: () => 0, sleep: async () => undefined })
  expect(record.status).toBe('completed')
})

test.each(['queued', 'preparing'] as const)(
  'one that stays %s while the instance is busy with nothing is given up',
  async (status) => {
    const nova = new FakeNova(uuid)
    nova.moves({ status, statusAsSent: status })
    let now = 0
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        now += ms
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
    const waiting = (isAborted: boolean) =>
      waitingFor(nova, clock, { active: { abort: isAborted ? { kind: 'abort', why: 'by hand' } : null } })
    await expect(waiting(false)).rejects.toMatchObject({
      code: 'nova-refused',
      message: expect.stringContaining('nobody carries it out any more'),
    })
    expect(now).toBeLessThan(60_000)
    await expect(waiting(true)).rejects.toMatchObject({ code: 'withdrawn' })
    // While Nova is busy with it, it is waited for.
    if (nova.instance !== null) nova.instance = { ...nova.instance, taskState: 'migrating' }
    const since = now
    const ended = waiting(false).catch((error: unknown) => error)
    await expect.poll(() => now - since).toBeGreaterThan(120_000)
    nova.moves({ status: 'completed', statusAsSent: 'completed' })
    expect(await ended).toMatchObject({ status: 'completed' })
  },
)

test('one that waits for an instance that was deleted is given up', async () => {
  const nova = new FakeNova(uuid)
  nova.moves({ status: 'queued', statusAsSent: 'queued' })
  nova.instance = null
  await expect(waitingFor(nova, ticking())).rejects.toMatchObject({
    code: 'nova-refused',
    message: expect.stringContaining('7 is queued'),
  })
})

test.each([
  ['was deleted', null, 'there is no such instance any more'],
  ['is busy with nothing', plainServer, 'the instance is busy with nothing'],
])('what Nova accepted and has no record of is given up where the instance %s', async (_case, instance, why) => {
  const nova = new FakeNova(uuid)
  nova.instance = instance
  const clock = ticking()
  await expect(waitingFor(nova, clock)).rejects.toMatchObject({
    code: 'nova-refused',
    message: `Nova accepted it, and has no migration of it, and ${why}: nobody carries it out any more`,
  })
  expect(clock.now()).toBeLessThan(60_000)
})

test('where Nova’s records cannot be read, what it accepted may have been moved: it is waited for, unless the instance was deleted', async () => {
  const nova = new FakeNova(uuid)
  nova.refusals.set('newestMigration', new Error('503'))
  await expect(waitingFor(nova, ticking())).rejects.toThrow('it never ends')
  nova.instance = null
  await expect(waitingFor(nova, ticking())).rejects.toMatchObject({ code: 'nova-refused' })
})

test.each(['running', 'queued'] as const)(
  'one that is %s for nothing is given up in its time, whoever sets the clock back',
  async (status) => {
    const nova = new FakeNova(uuid)
    nova.moves({ status, statusAsSent: status })
    const clock = new SetBackClock()
    await expect(waitingFor(nova, clock)).rejects.toMatchObject({ code: 'nova-refused' })
    expect(clock.passedMs).toBeLessThan(65_000)
  },
)
