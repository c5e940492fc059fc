import { expect, test } from 'vitest'
import { drained, drainOf, DrainWorld, quietLook } from '../../testing/drain-world.ts'
import type { DrainState } from '../state.ts'
import { nextStep } from './next-step.ts'
import type { Ended, Seen } from './observation.ts'

const moving = { kind: 'moving', migration: 'm1', since: 20_000, cold: false } as const
const failed = (change: Partial<Ended> = {}): Ended => ({
  outcome: 'failed',
  why: 'it failed',
  next: 'again',
  ...change,
})
const shutOff: Seen = { kind: 'stopped', host: 'host1', state: 'shutoff' }

test('a guest that a move of ours has left shut off is left with what the move says, whoever chose to shut it down', () => {
  const ended = failed({ why: 'it was started on neither host', cold: true })
  const { state } = nextStep(drainOf([drained('a', { stage: moving })]), {
    ...quietLook,
    ended: () => ended,
    seen: () => shutOff,
  })
  expect(state.guests[0]).toMatchObject({
    stage: { kind: 'left', why: 'it is shutoff on host1: it was started on neither host' },
    attempts: [{ migration: 'm1' }],
  })
  expect(state.end?.outcome).toBe('guests-left')
})

test('one whose own plan shut it down in vain is not shut down again and again', () => {
  const { state } = nextStep(drainOf([drained('a', { stage: moving })]), {
    ...quietLook,
    ended: () => failed({ cold: true }),
  })
  expect(state.guests[0]?.stage).toMatchObject({ kind: 'left', why: 'it failed (1 try)' })
})

test('of a post-copy that broke the reason is told that forbids to destroy either half, and by which migration', () => {
  let state = drainOf([drained('a', { stage: moving })])
  for (let now = 0; now < 400_000 && state.end === null; now += 10_000)
    ({ state } = nextStep(state, {
      ...quietLook,
      now,
      ended: () => failed({ why: 'each host holds a part of the guest: destroy neither' }),
      seen: () => ({ kind: 'runs', host: 'host1', migrating: true }),
    }))
  expect(state.guests[0]).toMatchObject({
    stage: {
      kind: 'left',
      why: expect.stringMatching(/^each host holds a part of the guest: destroy neither; two hosts/),
    },
    attempts: [{ migration: 'm1' }],
  })
})

test('a host on which something runs is not emptied, whatever has become of the list', () => {
  const world = new DrainWorld(drainOf([drained('a')]))
  world.stillThere = ['newcomer']
  world.run()
  expect(world.state).toMatchObject({
    end: { outcome: 'guests-left', next: 'landfall drain host1' },
    leftOut: [{ guest: 'newcomer', why: expect.stringContaining('after the plan') }],
  })
})

const leftOut = ['b', 'c'].map((guest) => ({ guest, uuid: guest, why: 'it is paused', at: 'host1' }))

test('a guest that the plan left out, and that somebody moved or shut down meanwhile, keeps no drain from being done', () => {
  const world = new DrainWorld(drainOf([drained('a')], { leftOut }))
  world.run()
  expect(world.state).toMatchObject({ leftOut: [], end: { outcome: 'done', next: 'landfall undrain host1' } })
})

test('of those that the plan left out the ones are named that are there still, and all of them where nobody can say', () => {
  const world = new DrainWorld(drainOf([drained('a')], { leftOut }))
  world.stillThere = ['c']
  world.run()
  expect(world.state).toMatchObject({ end: { outcome: 'guests-left' }, leftOut: [{ guest: 'c', why: 'it is paused' }] })
  const silent = new DrainWorld(drainOf([drained('a')], { leftOut }))
  silent.stillThere = { unknown: 'host1 does not answer' }
  silent.run()
  expect(silent.state).toMatchObject({
    end: { outcome: 'guests-left' },
    leftOut: [{ guest: 'b' }, { guest: 'c' }, { guest: 'any other guest' }],
  })
})

test('where nobody can say whether a host is empty it is asked again for minutes, and is not called empty then', () => {
  const world = new DrainWorld(drainOf([drained('a')]))
  world.stillThere = { unknown: 'host1 does not answer' }
  world.run(30)
  expect(world.state).toMatchObject({ end: null, waitingFor: 'whether host1 is empty: host1 does not answer' })
  world.run()
  expect(world.state.end?.outcome).toBe('guests-left')
  const answers = new DrainWorld(drainOf([drained('a')]))
  answers.stillThere = { unknown: 'host1 does not answer' }
  answers.run(30)
  answers.stillThere = []
  answers.run()
  expect(answers.state.end?.outcome).toBe('done')
})

test('what fails before its launch is no reason to shut a guest down', () => {
  let state = drainOf([drained('a')], { fallback: 'cold' })
  const cold: boolean[] = []
  for (let now = 0; now < 600_000 && state.end === null; now += 1000) {
    const next = nextStep(state, {
      ...quietLook,
      now,
      isReady: () => false,
      ended: () => failed({ outcome: 'refused' }),
    })
    state = next.state
    for (const act of next.acts) {
      if (act.kind !== 'prepare') continue
      cold.push(act.cold)
      const stage = { kind: 'preparing', migration: `m${now}`, since: now, cold: act.cold } as const
      state = { ...state, guests: state.guests.map((guest) => ({ ...guest, stage })) }
    }
  }
  expect(cold).toEqual([false, false, false])
  expect(state.guests[0]?.stage).toMatchObject({ kind: 'left', why: 'it failed (3 tries)' })
})

test('what fails before its launch is tried again, cold moves as well: nothing has been done to the guest', () => {
  let state = drainOf([drained('a')])
  const stages: string[] = []
  for (const now of [0, 20_000, 40_000]) {
    const stage = { kind: 'preparing', migration: `m${now}`, since: now, cold: true } as const
    const guests = state.guests.map((guest) => ({ ...guest, stage }))
    const ended = (): Ended => failed({ outcome: 'refused' })
    ;({ state } = nextStep({ ...state, guests }, { ...quietLook, now, ended }))
    stages.push(state.guests[0]?.stage.kind ?? '')
  }
  expect(stages).toEqual(['waiting', 'waiting', 'left'])
})

test('a guest that a person moves while it is prepared is gone and not moved, also to the host of the plan: no way back fetches it', () => {
  const ready = { kind: 'preparing', migration: 'm1', since: 0, cold: false } as const
  const look = { ...quietLook, seen: (): Seen => ({ kind: 'runs', host: 'host2', migrating: false }) }
  const first = nextStep(drainOf([drained('a', { stage: ready })]), look)
  expect(first.acts).toEqual([{ kind: 'withdraw', migration: 'm1' }])
  const { state } = nextStep(first.state, { ...look, ended: () => failed({ outcome: 'not-begun' }) })
  expect(state).toMatchObject({
    guests: [{ stage: { kind: 'gone', why: 'somebody moved it to host2' } }],
    end: { outcome: 'done' },
  })
})

test('while it is paused, nobody is kept from moving a guest that only waited for its place', () => {
  const state = drainOf([drained('a', { stage: { kind: 'preparing', migration: 'm1', since: 0, cold: false } })], {
    mode: 'paused',
  })
  expect(nextStep(state, quietLook).acts).toEqual([{ kind: 'withdraw', migration: 'm1' }])
})

test('a host of which nobody can say where its guests are is what is waited for, and not a turn', () => {
  const world = new DrainWorld(drainOf([drained('a'), drained('b')]))
  world.silent.add('host1')
  world.step()
  expect(world.state.waitingFor).toBe('where a is: host1 is silent')
})

test.each([
  ['it is paused', { mode: 'paused' }],
  ['its window has not opened', { window: { opensAt: 3_600_000, closesAt: 9_000_000 } }],
] as const)('a host that is silent for minutes costs a drain no guest while %s', (_case, change) => {
  const world = new DrainWorld(drainOf([drained('a'), drained('b')], change))
  world.silent.add('host1')
  world.closed.set('host2', 'it does not answer')
  world.run(600)
  expect(world.state).toMatchObject({ end: null, guests: [{ blockedSince: null }, { blockedSince: null }] })
  world.silent.clear()
  world.closed.clear()
  world.run(4000, ({ state }) => {
    world.state = { ...state, mode: 'running' }
  })
  expect(world.state.end?.outcome).toBe('done')
})

const inWindow = (change: Partial<DrainState> = {}): readonly string[] => {
  const ready = { kind: 'preparing', since: 0, cold: false } as const
  const copyMs = { low: 50_000, likely: 50_000, high: 50_000 }
  const guests = [
    drained('a', { copyMs, stage: { ...ready, migration: 'm1' } }),
    drained('b', { copyMs, to: 'host3', stage: { ...ready, migration: 'm2' } }),
  ]
  const state = drainOf(guests, { window: { opensAt: 0, closesAt: 100_000 }, ...change })
  return nextStep(state, quietLook).acts.flatMap((act) => (act.kind === 'launch' ? [act.uuid] : []))
}

test('in a window nothing is launched that would outlast it beside what it shares its link with', () => {
  expect(inWindow()).toEqual(['a'])
  expect(inWindow({ window: { opensAt: 0, closesAt: 300_000 } })).toEqual(['a', 'b'])
})

/** What becomes of one that fails until its window closes, or until its drain is stopped. */
const failing = (closesAt: number, mode: DrainState['mode'] = 'running') => {
  const world = new DrainWorld(drainOf([drained('a')], { window: { opensAt: 0, closesAt }, mostAttempts: 9 }), {
    a: ['fails', 'fails', 'fails', 'fails'],
  })
  world.run(10)
  world.state = { ...world.state, mode }
  world.run()
  return world.state.guests[0]?.stage
}

test('one that failed before its window closed, or before it was stopped, is left with that failure', () => {
  expect(failing(15_000)).toMatchObject({
    kind: 'left',
    why: 'it fails (1 try); another try would not have ended within the window',
  })
  expect(failing(99_000, 'stopping')).toMatchObject({
    kind: 'left',
    why: 'it fails (1 try); the drain was stopped before another try',
  })
})

test('what nobody can say how long it takes is not launched in a window, and is left with that reason', () => {
  const unknown = drained('a', { copyMs: null })
  const { state } = nextStep(drainOf([unknown], { window: { opensAt: 0, closesAt: 100_000 } }), quietLook)
  expect(state.guests[0]?.stage).toMatchObject({ kind: 'left', why: expect.stringMatching(/^nobody can say/) })
})

const day = 86_400_000

/** A day before it began, once nothing is on its way. */
function afterSetBack(world: DrainWorld): DrainWorld {
  world.now = day
  world.run(30)
  expect([world.state.end, world.state.guests.filter(({ stage }) => stage.kind === 'moving')]).toEqual([null, []])
  world.now = 0
  world.run(600)
  return world
}

test('a guest whose try failed before the wall clock was set back is tried again', () => {
  const world = new DrainWorld(drainOf([drained('a')]), { a: ['fails'] })
  world.now = day
  world.run(30, () => {
    if (world.state.guests[0]?.attempts.length === 1 && world.now > day) world.now = 0
  })
  expect(world.state.end?.outcome).toBe('done')
})

test('a host that is closed is waited for no longer where the wall clock was set back', () => {
  const world = new DrainWorld(drainOf([drained('a')]))
  world.closed.set('host2', 'it is being drained')
  expect(afterSetBack(world).state.guests[0]?.stage).toMatchObject({
    kind: 'left',
    why: 'host2: it is being drained',
  })
})

test('nor is a host asked for longer whether it is empty', () => {
  const world = new DrainWorld(drainOf([drained('a')]))
  world.stillThere = { unknown: 'host1 does not answer' }
  expect(afterSetBack(world).state.end?.outcome).toBe('guests-left')
})
