import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fate } from '../../testing/drain-world.ts'
import { drained, drainOf, DrainWorld, quietLook } from '../../testing/drain-world.ts'
import type { DrainedGuest } from '../state.ts'
import { drainProgress } from '../times/eta.ts'
import type { LinkMove } from '../times/links.ts'
import { nextStep } from './next-step.ts'
import type { Seen } from './observation.ts'
import { wasAskedFor } from './taken-in.ts'
import { waitedForAt } from './waiting-for.ts'

const six = (change = {}) =>
  ['a', 'b', 'c', 'd', 'e', 'f'].map((uuid, index) => drained(uuid, { to: `host${2 + (index % 3)}`, ...change }))

const anyFate = fc.constantFrom<Fate[]>(
  'moves',
  'moves',
  'fails',
  'is-refused',
  'cannot-be-asked',
  'is-shut-down',
  'is-moved-by-another',
)

const anyDrain = fc.record({
  guests: fc.array(
    fc.record({
      alone: fc.constantFrom(false, false, true),
      to: fc.constantFrom('host2', 'host3', 'host4'),
      fates: fc.array(anyFate, { maxLength: 9 }),
    }),
    { maxLength: 10 },
  ),
  fallback: fc.constantFrom('stay' as const, 'cold' as const, 'ask' as const),
  kills: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
  silence: fc.option(
    fc.record({
      host: fc.constantFrom('host2', 'host3'),
      from: fc.integer({ max: 30, min: 0 }),
      forMs: fc.integer({ min: 1, max: 320 }),
    }),
  ),
  pause: fc.option(fc.integer({ min: 0, max: 40 })),
  stop: fc.option(fc.integer({ min: 0, max: 80 }), { freq: 1 }),
})

test('whatever fails, dies or falls silent, a drain ends, within its limits, and moves nothing that was not asked for', () => {
  fc.assert(
    fc.property(anyDrain, ({ guests, fallback, kills, silence, pause, stop }) => {
      const asked = guests.map(({ alone, to }, index) => drained(`g${index}`, { alone, to }))
      const fates = Object.fromEntries(guests.map((guest, index) => [`g${index}`, guest.fates]))
      const world = new DrainWorld(drainOf(asked, { fallback }), fates)
      let steps = 0
      world.run(3000, () => {
        steps++
        if (kills.includes(steps)) world.killDriver()
        if (silence !== null) {
          const isSilent = steps >= silence.from && steps < silence.from + silence.forMs
          if (isSilent) world.silent.add(silence.host)
          else world.silent.delete(silence.host)
          if (isSilent) world.closed.set(silence.host, 'it does not answer')
          else world.closed.delete(silence.host)
        }
        if (pause !== null && (steps === pause || steps === pause + 20)) {
          world.state = { ...world.state, mode: steps === pause ? 'paused' : 'running' }
        }
        if (stop !== null && steps >= stop) world.state = { ...world.state, mode: 'stopping' }
      })
      expect(brokenLaws(world)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

/** What may never be, in words. */
function brokenLaws({ state, launches, at }: DrainWorld): readonly string[] {
  const known = new Set(state.guests.map(({ uuid }) => uuid))
  const left = state.guests.filter(({ stage }) => stage.kind === 'left')
  const laws: readonly (readonly [string, boolean])[] = [
    ['it has an end', state.end !== null],
    ['its end tells whether anybody is left', (state.end?.outcome === 'done') === (left.length === 0)],
    ['all that stay are counted', drainProgress(state, 0).left === left.length],
    ...launches.flatMap(({ uuid, under }) => [
      [`${uuid} was asked for`, known.has(uuid)] as const,
      [`${uuid} is moved once at a time`, new Set(under).size === under.length] as const,
      [`the limit holds at the launch of ${uuid}`, under.length <= state.limits.perSource] as const,
    ]),
    ...state.guests.flatMap(({ uuid, to, stage, attempts }) => [
      [`${uuid} has come to an end`, stage.kind === 'moved' || stage.kind === 'gone' || stage.kind === 'left'] as const,
      [
        `${uuid} was tried so often and no more`,
        attempts.filter(wasAskedFor).length <= state.mostAttempts + 1,
      ] as const,
      [
        `${uuid} was asked for in vain so often and no more`,
        attempts.filter((each) => !wasAskedFor(each)).length <= state.mostAttempts,
      ] as const,
      [`${uuid} counts as moved where it runs there`, stage.kind !== 'moved' || at.get(uuid) === to] as const,
      [
        `${uuid} was moved by a migration that can be looked up`,
        stage.kind !== 'moved' || stage.migration !== undefined,
      ] as const,
    ]),
  ]
  return laws.flatMap(([law, holds]) => (holds ? [] : [law]))
}

test('whoever writes fast goes alone, and those that share go beside each other', () => {
  const world = new DrainWorld(drainOf([drained('fast', { alone: true }), ...six()]))
  world.run()
  expect(world.state.end).toMatchObject({ outcome: 'done', next: 'landfall undrain host1' })
  const under = new Map(world.launches.map((launch) => [launch.uuid, launch.under]))
  expect(under.get('fast')).toEqual(['fast'])
  expect(Math.max(...[...under.values()].map((each) => each.length))).toBe(3)
})

test('what is waited for is told: a look, checks, guests on the way, another try', () => {
  const world = new DrainWorld(drainOf(six()), { a: ['fails'] })
  const told = new Set<string>()
  world.run(2000, ({ state }) => told.add(state.waitingFor))
  expect([...told].slice(1, 3)).toEqual(['a, b, c, d, e being checked and measured', 'a, b on the way'])
  expect(told).toContain('the next try of a')
  const many = new DrainWorld(
    drainOf('abcdefgh'.split('').map((uuid) => drained(uuid, { stage: { kind: 'waiting', notBefore: 9000 } }))),
  )
  many.step()
  expect(many.state.waitingFor).toBe('a turn for a, b, c, d, e and 3 more')
})

test('those that wait for a host that is full do not keep others from being prepared for one that has places', () => {
  const limits = { perSource: 6, perDestination: 2, fleet: 20 }
  const long = 'abcdefghi'.split('').map((uuid) => drained(uuid, { copyMs: { low: 9000, likely: 9000, high: 9000 } }))
  const short = ['x', 'y'].map((uuid) => drained(uuid, { to: 'host3' }))
  const prepared = (others: readonly LinkMove[] = []) =>
    nextStep(drainOf([...long, ...short], { limits }), { ...quietLook, others }).acts.flatMap((act) =>
      act.kind === 'prepare' ? [act.uuid] : [],
    )
  expect(prepared()).toEqual(['a', 'b', 'c', 'd', 'x', 'y'])
  expect(prepared([{ from: 'host9', to: 'host2', alone: false }])).toEqual(['a', 'b', 'c', 'x', 'y'])
  const world = new DrainWorld(drainOf([...long, ...short], { limits }))
  world.run()
  expect(world.state.end?.outcome).toBe('done')
  expect(world.launches.slice(0, 4).map(({ to }) => to)).toEqual(['host2', 'host2', 'host3', 'host3'])
})

test('one that fails is tried again, so often and no more; the others go on', () => {
  const world = new DrainWorld(drainOf(six()), { c: ['fails', 'fails', 'fails', 'fails'] })
  world.run()
  expect(world.state.end).toMatchObject({ outcome: 'guests-left', next: 'landfall drain host1' })
  expect(world.state.guests.find(({ uuid }) => uuid === 'c')).toMatchObject({
    stage: { kind: 'left', why: 'it fails (3 tries)' },
    attempts: [{ outcome: 'failed' }, { outcome: 'failed' }, { outcome: 'failed' }],
  })
  expect(drainProgress(world.state, 0)).toMatchObject({ moved: 5, total: 6, left: 1 })
})

test('a guest that a cold move has left shut off is left, with the reason, and the drain is not done', () => {
  const world = new DrainWorld(drainOf([drained('a')], { fallback: 'cold' }), { a: ['is-refused', 'is-left-shut-off'] })
  world.run()
  expect(world.state.end).toMatchObject({ outcome: 'guests-left' })
  expect(world.state.guests[0]?.stage).toMatchObject({
    kind: 'left',
    why: 'it is shutoff on host1: it is-left-shut-off',
  })
})

test('one that cannot even be asked for is asked again, so often and no more, and is no reason to shut it down', () => {
  const refused = Array.from({ length: 9 }, () => 'cannot-be-asked' as const)
  const world = new DrainWorld(drainOf([drained('a')], { fallback: 'cold' }), { a: refused })
  world.run()
  expect(world.migrations.size).toBe(0)
  expect(world.state.guests[0]?.stage).toMatchObject({ kind: 'left', why: 'no room (3 tries)' })
  const second = new DrainWorld(drainOf([drained('a')], { fallback: 'cold' }), { a: ['is-refused', ...refused] })
  second.run()
  expect(second.state.end).toMatchObject({ outcome: 'guests-left' })
})

const ended = (fallback: 'stay' | 'cold' | 'ask'): DrainWorld => {
  const world = new DrainWorld(drainOf([drained('a')], { fallback }), { a: ['is-refused', 'moves'] })
  world.run()
  return world
}

test('one that will not go live is moved cold where that was named, asked about where that was named, and left else', () => {
  expect([...ended('cold').migrations.values()].map(({ cold }) => cold)).toEqual([false, true])
  expect(ended('cold').state.end).toMatchObject({ outcome: 'done' })
  expect(ended('ask').state.end).toMatchObject({ next: 'landfall migrate a --to host2 --cold' })
  expect(ended('stay').stageOf('a')).toBe('left')
  const ofTwo = new DrainWorld(drainOf([drained('a', { commandName: 'its UUID' })], { fallback: 'ask' }), {
    a: ['is-refused'],
  })
  ofTwo.run()
  expect(ofTwo.state.end).toMatchObject({ next: 'landfall migrate its UUID --to host2 --cold' })
})

test('what a person aborted is not begun again, not cold either', () => {
  const world = new DrainWorld(drainOf([drained('a')], { fallback: 'cold' }))
  world.step()
  world.step()
  for (const migration of world.migrations.values())
    migration.ended = { outcome: 'aborted', why: 'asked', next: 'never' }
  world.run()
  expect([world.migrations.size, world.stageOf('a')]).toEqual([1, 'left'])
})

test('one that was shut down or moved by somebody else needs nothing, and is not counted as moved', () => {
  const world = new DrainWorld(drainOf(six()))
  world.at.set('a', null)
  world.at.set('b', 'host9')
  world.run()
  expect([world.stageOf('a'), world.stageOf('b'), world.state.end?.outcome]).toEqual(['gone', 'gone', 'done'])
  expect(drainProgress(world.state, 0)).toMatchObject({ moved: 4 })
})

test('where a destination closes, those that wait for it go elsewhere; where there is none it is waited for, and given up at last', () => {
  const world = new DrainWorld(drainOf(six({ to: 'host2' })))
  world.closed.set('host2', 'it is being drained')
  world.elsewhere = 'host3'
  world.run()
  expect(new Set(world.launches.map(({ to }) => to))).toEqual(new Set(['host3']))

  const late = new DrainWorld(drainOf(six({ to: 'host2' })))
  late.step()
  expect(late.stageOf('a')).toBe('preparing')
  late.closed.set('host2', 'it does not answer')
  late.elsewhere = 'host3'
  late.run()
  expect([new Set(late.launches.map(({ to }) => to)), late.state.end?.outcome]).toEqual([new Set(['host3']), 'done'])

  const stuck = new DrainWorld(drainOf([drained('a')]))
  stuck.closed.set('host2', 'it is being drained')
  stuck.step()
  expect(stuck.state.waitingFor).toBe('a waits for host2: it is being drained')
  stuck.run()
  expect(stuck.state.guests[0]?.stage).toMatchObject({ kind: 'left', why: 'host2: it is being drained' })
})

test('paused, it starts nothing and lets land what is on its way; stopped, it ends with who is left', () => {
  const world = new DrainWorld(drainOf(six()))
  world.run(3)
  world.state = { ...world.state, mode: 'paused' }
  world.run(30)
  expect([world.launches.length, world.state.end, world.state.waitingFor]).toEqual([
    2,
    null,
    'paused: nothing is started',
  ])
  world.state = { ...world.state, mode: 'stopping' }
  world.run(30)
  expect(world.state.end).toMatchObject({ outcome: 'stopped', next: 'landfall drain host1' })
  expect(drainProgress(world.state, 0)).toMatchObject({ moved: 2, left: 4 })
})

test('before its window opens nothing is started, and nothing that would outlast it', () => {
  const world = new DrainWorld(
    drainOf([drained('a'), drained('b', { to: 'host3' })], {
      window: { opensAt: 60_000, closesAt: 68_000 },
      limits: { perSource: 1, perDestination: 1, fleet: 1 },
    }),
  )
  world.run(29)
  const before = world.state
  world.run(1)
  expect([world.migrations.size, waitedForAt(world.state, world.now)]).toEqual([0, 'its window to open, in 30 s'])
  // Nothing has changed but the time: there is nothing to write, or to tell.
  expect(world.state).toEqual(before)
  world.run()
  expect(world.state.end).toMatchObject({ outcome: 'guests-left' })
  expect(drainProgress(world.state, 0)).toMatchObject({ moved: 1, left: 1 })
})

test('its end is predicted anew while guests land, longer where they took longer', () => {
  const state = drainOf(six())
  const fresh = drainProgress(state, 0).endsAt?.likely ?? 0
  const slow = state.guests.map((guest, index) =>
    index < 3 ? { ...guest, stage: { kind: 'moved' as const, at: 30_000, startedAt: 0 } } : guest,
  )
  const later = (drainProgress({ ...state, guests: slow }, 30_000).endsAt?.likely ?? 0) - 30_000
  expect(fresh).toBeGreaterThan(25_000)
  expect(later).toBeGreaterThan(fresh / 2)
})

/** Three that landed, whose first byte was sent so long after their launch. */
const moved = (copiedAfterMs?: number) =>
  ['a', 'b', 'c'].map((uuid, index) => {
    const stage = { kind: 'moved', at: 20_000, startedAt: index, migration: uuid } as const
    return drained(uuid, {
      stage: copiedAfterMs === undefined ? stage : { ...stage, copiedFrom: index + copiedAfterMs },
    })
  })

test('where preparations take longer than predicted, the next is launched so much earlier', () => {
  const moving = { kind: 'moving', migration: 'on its way', since: 20_000, cold: false } as const
  const ready = { kind: 'preparing', migration: 'ready', since: 20_000, cold: false } as const
  const launchedWith = (copiedAfterMs?: number): number => {
    const waiting = [drained('d', { alone: true, stage: moving }), drained('e', { stage: ready })]
    const { acts } = nextStep(drainOf([...moved(copiedAfterMs), ...waiting]), quietLook)
    return acts.filter(({ kind }) => kind === 'launch').length
  }
  expect([launchedWith(), launchedWith(500), launchedWith(3000)]).toEqual([0, 0, 1])
})

const begun = (uuid: string, copiedFrom: number) =>
  drained(uuid, {
    copyMs: { low: 1000, likely: 2000, high: 4000 },
    stage: { kind: 'moving', migration: uuid, since: copiedFrom - 2000, cold: false, copiedFrom },
  })

test('two that have just begun to share a link are not taken for nearly copied, whatever they expect of it', () => {
  const ready = drained('e', {
    to: 'host3',
    stage: { kind: 'preparing', migration: 'ready', since: 20_000, cold: false },
  })
  const launchedWith = (copiedFrom: number): number =>
    nextStep(drainOf([begun('a', copiedFrom), begun('b', copiedFrom), ready]), {
      ...quietLook,
      copyLeftMs: () => 2000,
    }).acts.length
  expect([launchedWith(29_500), launchedWith(27_500)]).toEqual([0, 1])
  // The wall clock was set back since.
  expect(launchedWith(3_600_000)).toBe(1)
})

test('no guest is prepared much before its place is likely free, since it would have to be measured again', () => {
  const moving = { kind: 'moving', migration: 'on its way', since: 20_000, cold: false } as const
  const preparedWith = (copyLeftMs: number | null, others: readonly LinkMove[] = []): readonly string[] => {
    const guests = [
      drained('d', { alone: true, stage: moving, copyMs: { low: 300_000, likely: 400_000, high: 500_000 } }),
      drained('e', { to: 'host3' }),
    ]
    const look = { ...quietLook, copyLeftMs: () => copyLeftMs, others }
    return nextStep(drainOf(guests), look).acts.flatMap((act) => (act.kind === 'prepare' ? [act.uuid] : []))
  }
  expect([preparedWith(61_000), preparedWith(null), preparedWith(60_000)]).toEqual([[], [], ['e']])
  // When a move of another drain ends nobody knows.
  expect(preparedWith(61_000, [{ from: 'host3', to: 'host4', alone: false }])).toEqual(['e'])
})

test('no more guests are prepared than have a place within a minute, where copies take longer', () => {
  const copyMs = { low: 300_000, likely: 400_000, high: 500_000 }
  const is = (kind: 'preparing' | 'moving', uuid: string) =>
    ({ copyMs, stage: { kind, migration: uuid, since: 20_000, cold: false } }) as const
  const preparedBeside = (guests: readonly DrainedGuest[], leftMs: Readonly<Record<string, number>> = {}) =>
    nextStep(drainOf([...guests, ...six({ copyMs })]), {
      ...quietLook,
      isReady: () => false,
      copyLeftMs: (migration) => leftMs[migration] ?? 300_000,
    }).acts.flatMap((act) => (act.kind === 'prepare' ? [act.uuid] : []))
  // Two are copied at a time, or one that goes alone.
  expect(preparedBeside([])).toEqual(['a', 'b'])
  expect(preparedBeside([drained('x', is('preparing', 'x'))])).toEqual(['a'])
  expect(preparedBeside([drained('x', { ...is('preparing', 'x'), alone: true })])).toEqual([])
  const two = [drained('x', is('moving', 'x')), drained('y', is('moving', 'y'))]
  expect(preparedBeside(two)).toEqual([])
  expect(preparedBeside(two, { x: 50_000 })).toEqual(['a'])
  expect(preparedBeside([...two, drained('z', is('preparing', 'z'))], { x: 50_000 })).toEqual([])
})

const onTwoHosts = (): Seen => ({ kind: 'runs', host: 'host1', migrating: true })

test('a guest that two hosts have for minutes is left, and the drain has its end', () => {
  let state = drainOf([drained('a')])
  for (let now = 0; now < 400_000 && state.end === null; now += 10_000) {
    const { state: next, acts } = nextStep(state, { ...quietLook, now, seen: onTwoHosts })
    expect(acts).toEqual([])
    state = next
  }
  expect(state.end?.outcome).toBe('guests-left')
  expect(state.guests[0]?.stage).toMatchObject({ kind: 'left', why: expect.stringContaining('two hosts have it') })
})
