import type { MigrationReport } from '@landfall/api'
import { defaultIntent, plan } from '@landfall/core'
import { DaemonError, remote } from '@landfall/libvirt/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serverError } from '../../../errors.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { plainFacts as facts } from '../../../testing/plain-facts.ts'
import { parted, permitted, TriedWorld } from '../../../testing/tried-world.ts'

let world: TriedWorld
beforeEach(async () => {
  world = await TriedWorld.listen()
})
afterEach(() => world[Symbol.asyncDispose]())

describe('a migration that fails for a reason that may pass', () => {
  test('is world.planned and tried again in the same story, as often as its intent permits', async () => {
    world.answers = [parted(), parted()]
    const running = await world.beginWith()
    const driven: boolean[] = []
    world.inBackOff = async () => void driven.push(await world.store.isDriven('m1'))
    const report = await running.ended
    expect(driven).toEqual([true, true])
    expect(report).toMatchObject({ id: 'm1', outcome: 'completed' })
    expect(report.failedTries).toMatchObject([
      { number: 1, kind: 'daemons-parted', reason: { message: expect.stringContaining('client socket is closed') } },
      { number: 2, kind: 'daemons-parted' },
    ])
    expect([world.calls, world.plannedWith.length, running.status()]).toEqual([3, 2, 'ended'])
    expect((await world.store.read('m1'))?.report).toEqual(report)
    expect((await world.store.ids()).length).toBe(1)
    expect(await world.store.isDriven('m1')).toBe(false)
  })

  test('waits before it is tried again, and its deadline counts from the start of the first try', async () => {
    world.answers = [parted(), parted()]
    const began = world.now
    await (
      await world.beginWith()
    ).ended
    const [first, second] = world.plannedWith.map(({ deadlineMs = 0 }) => 3_600_000 - deadlineMs)
    expect(first).toBeGreaterThanOrEqual(10_000)
    expect(second).toBeGreaterThanOrEqual(30_000)
    expect(world.now - began).toBeGreaterThanOrEqual(30_000)
  })

  test('is world.told and not tried where nobody permitted it, with what would let it be', async () => {
    world.answers = [parted()]
    const { outcome, reason, failedTries } = await (await world.beginWith(defaultIntent)).ended
    expect({ outcome, failedTries, calls: world.calls }).toEqual({
      outcome: 'failed',
      failedTries: undefined,
      calls: 1,
    })
    expect(reason.next).toContain('"retries"')
  })

  test('has failed once all tries are used up', async () => {
    world.answers = [parted(), parted(), parted()]
    const report = await (await world.beginWith()).ended
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(report.reason.message).toContain('tried as often as permitted')
    expect([report.failedTries?.length, world.calls]).toEqual([2, 3])
  })

  test('is not tried again behind its deadline', async () => {
    world.answers = [parted()]
    const report = await (await world.beginWith({ ...permitted, deadlineMs: 9000 })).ended
    expect(report.reason.message).toContain('its deadline would be over')
    expect(world.calls).toBe(1)
  })

  test('nor where the clock is set back before that', async () => {
    world.answers = [parted(), parted()]
    world.inBackOff = () => void (world.setBackMs = 3_600_000)
    const report = await (await world.beginWith({ ...permitted, deadlineMs: 25_000 })).ended
    expect(report.reason.message).toContain('its deadline would be over')
    expect(world.calls).toBe(2)
  })

  test('counts a host that is silent when the next try is to begin as a try', async () => {
    world.answers = [parted()]
    let isFirst = true
    const report = await (
      await world.beginWith(permitted, async (...asked) => {
        if (!isFirst) return world.planAgain(...asked)
        isFirst = false
        throw serverError('host-unreachable', 'host2 cannot be reached', '')
      })
    ).ended
    expect(report.outcome).toBe('completed')
    expect(report.failedTries).toMatchObject([{ kind: 'daemons-parted' }, { kind: 'host-unreachable', strategy: null }])
  })

  test('ends where the host stays silent, as the last try that was launched', async () => {
    world.answers = [parted()]
    const report = await (
      await world.beginWith(permitted, () =>
        Promise.reject(serverError('host-unreachable', 'host2 cannot be reached', '')),
      )
    ).ended
    expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
    expect(report.reason.message).toContain('host2 cannot be reached; not tried again')
    expect(report.failedTries?.map(({ number }) => number)).toEqual([1, 2, 3])
    expect((await world.store.read('m1'))?.report).toEqual(report)
  })

  test('is not tried again where its intent refuses what the hosts say by then', async () => {
    world.answers = [parted()]
    const refused = { ...plan(defaultIntent, facts), verdict: 'refuse' } as const
    const report = await (
      await world.beginWith(permitted, async (_c, _r, intent) => world.planned(intent, { plan: refused }))
    ).ended
    expect(report.outcome).toBe('failed')
    expect(report.reason.message).toContain('not tried again: ')
    expect(world.calls).toBe(1)
  })
})

test('a migration whose destination fell silent is tried again once both hosts say where the guest is', async () => {
  world.onCall(() => {
    if (world.calls > 1) return
    world.isSilent = true
    for (const client of world.hosts.daemons[1].clients) client.drop()
    throw parted()
  })
  const running = await world.beginWith()
  const waits: number[] = []
  world.inBackOff = () => {
    waits.push(world.now)
    if (waits.length === 2) world.isSilent = false
  }
  const report = await running.ended
  expect(report.outcome).toBe('completed')
  // The first was launched, and nobody could tell where the guest was; the second found the destination silent still.
  expect(report.failedTries).toMatchObject([
    { kind: 'daemons-parted', reason: { code: 'unclear' }, strategy: expect.any(String) },
    { kind: 'host-unreachable', reason: { code: 'not-begun' }, strategy: null },
  ])
  expect([world.calls, world.plannedWith.length]).toEqual([2, 1])
})

test('a migration whose answer was lost is tried again where nothing of it goes on', async () => {
  world.onCall(() => {
    if (world.calls > 1) return
    for (const client of world.hosts.daemons[0].clients) client.drop()
    return new Promise(() => {})
  })
  const report = await (await world.beginWith()).ended
  expect(report).toMatchObject({ outcome: 'completed', failedTries: [{ kind: 'answer-lost' }] })
  expect(world.calls).toBe(2)
})

test('a failure that does not pass by itself is not tried again', async () => {
  world.answers = [new DaemonError('VIR_ERR_OPERATION_FAILED', 'migration out failed')]
  const report = await (await world.beginWith()).ended
  expect(report).toMatchObject({ outcome: 'failed', reason: { code: 'migration-failed' } })
  expect([world.calls, report.failedTries]).toEqual([1, undefined])
})

test('nor one that somebody aborted by libvirt', async () => {
  world.answers = [new DaemonError('VIR_ERR_OPERATION_ABORTED', 'canceled by client')]
  expect((await (await world.beginWith()).ended).outcome).toBe('aborted')
  expect(world.calls).toBe(1)
})

describe('between two tries', () => {
  test('an abort ends it: nothing is tried any more', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    const statuses: string[] = []
    world.inBackOff = () => {
      statuses.push(running.status())
      expect(running.wish({ kind: 'force-complete', why: 'now' }).allowed).toBe(false)
      expect(running.wish({ kind: 'abort', why: 'aborted as asked' }).allowed).toBe(true)
    }
    const report = await running.ended
    expect(report).toMatchObject({ outcome: 'aborted', reason: { code: 'asked' }, failedTries: [{ number: 1 }] })
    expect([world.calls, world.plannedWith.length, statuses]).toEqual([1, 0, ['queued']])
    expect((await world.store.read('m1'))?.report).toEqual(report)
  })

  test('an abort while the destination is silent ends it as unclear: a person has to look', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    world.inBackOff = () => {
      world.isSilent = true
      for (const client of world.hosts.daemons[1].clients) client.drop()
      running.wish({ kind: 'abort', why: 'aborted as asked' })
    }
    expect((await running.ended).reason.code).toBe('unclear')
    expect([world.calls, (await world.store.read('m1'))?.report, await world.store.isDriven('m1')]).toEqual([
      1,
      null,
      false,
    ])
  })

  test('an abort that another process noted ends it, too', async () => {
    world.answers = [parted()]
    const running = await world.beginWith(permitted, async (...asked) => {
      await world.store.note('m1', { at: world.now, kind: 'abort-asked', why: 'aborted elsewhere' })
      return world.planAgain(...asked)
    })
    expect((await running.ended).outcome).toBe('aborted')
    expect(world.calls).toBe(1)
  })

  test('it keeps its hosts, whatever the configuration says by now', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    world.inBackOff = () => world.context.useHosts([])
    expect((await running.ended).outcome).toBe('completed')
    expect(world.calls).toBe(2)
  })

  test('what is wanted may change', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    const intent = { ...permitted, maxPauseMs: 5000 }
    world.inBackOff = () => void running.wish({ kind: 'change-intent', intent, origin: 'asked' })
    await running.ended
    expect(world.plannedWith).toMatchObject([{ maxPauseMs: 5000 }])
  })

  test('a setting of it may change, and the others stay', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    world.inBackOff = () =>
      void running.wish({ kind: 'change-intent', settings: { 'max-pause': '5s' }, origin: 'asked' })
    await running.ended
    const { deadlineMs: _, ...others } = permitted
    expect(world.plannedWith).toMatchObject([{ ...others, maxPauseMs: 5000 }])
  })

  test('a guest that is on its destination by then is not moved again: it has landed', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    world.inBackOff = () => {
      world.hosts.at = 1
    }
    expect((await running.ended).outcome).toBe('completed')
    expect([world.calls, world.plannedWith.length]).toEqual([1, 0])
  })

  test('a guest that stood still in what failed is not moved again', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    world.inBackOff = () => world.hosts.daemons[0].respond(remote.domainGetState, () => ({ state: 1, reason: 6 }))
    expect((await running.ended).outcome).toBe('failed')
    expect(world.calls).toBe(1)
  })

  test('one that another driver took over meanwhile is neither tried nor ended from here: its end is the other’s', async () => {
    world.answers = [parted()]
    const running = await world.beginWith()
    // What it says does not matter here.
    const report = { id: 'm1', outcome: 'completed' } as MigrationReport
    world.inBackOff = async () => {
      const lease = await world.store.takeOver('m1', ownIdentity(), world.now)
      setImmediate(() => void world.store.append(lease, { at: world.now, kind: 'ended', report }))
    }
    expect(await running.ended).toEqual(report)
    expect([world.calls, running.role.hands]).toEqual([1, 'off'])
  })

  test('what became of the guest while it was world.planned counts, too', async () => {
    world.answers = [parted()]
    const running = await world.beginWith(permitted, async (...asked) => {
      world.hosts.at = 1
      return world.planAgain(...asked)
    })
    expect((await running.ended).outcome).toBe('completed')
    expect(world.told.filter(({ kind }) => kind === 'launched').length).toBe(1)
  })
})
