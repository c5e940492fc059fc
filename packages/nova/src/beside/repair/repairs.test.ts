import type { HostView } from '@landfall/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RepairFacts, RepairHost, RepairStep } from './repair-facts.ts'
import { repairNames } from './repair-facts.ts'
import { repairs } from './repairs.ts'
import { hasProcess } from './settled-place.ts'

const absent: HostView = { kind: 'absent' }
const silent: HostView = { kind: 'unreachable', why: 'down' }
const is = (state: string, reason = 'migrated', outgoingJob = false): HostView => ({
  kind: 'present',
  state,
  reason,
  outgoingJob,
})
const host = (name: string, view: HostView): RepairHost => ({ name, hostname: name, view })

const held = { VCPU: 1, MEMORY_MB: 1024 }
const provider = (name: string) => ({ id: `p-${name}`, rootName: name, isHypervisors: true })

/** An orphan: nova-compute of host1 died in mid-copy, and the guest landed on host2. */
const orphan: RepairFacts = {
  id: 'u1',
  instance: { host: 'host1', hypervisorHostname: 'host1', vmState: 'active', taskState: null },
  record: { id: 7, status: 'error', type: 'live-migration', isOver: true, silentMs: 60_000 },
  hosts: [host('host1', absent), host('host2', is('running'))],
  allocations: {
    held: { 'p-host1': held },
    byMigration: { consumer: 'm7', held: {} },
    providers: [provider('host1'), provider('host2')],
  },
}
/** It runs where Nova has it. */
const home: RepairFacts = { ...orphan, hosts: [host('host1', is('running')), host('host2', absent)] }
const inError: RepairFacts = { ...home, instance: { ...orphan.instance!, vmState: 'error' } }

test('a guest that landed behind a dead nova-compute is sent back, and nothing else is done before', () => {
  const done = repairs({ ...orphan, instance: { ...orphan.instance!, vmState: 'error' } })
  expect(done['send-back']).toEqual({
    what: 'possible',
    steps: [{ act: 'migrate-back', from: 'host2', to: 'host1' }],
  })
  expect(done['reset-state']).toMatchObject({ what: 'refused', why: [expect.stringContaining('send it back first')] })
  expect(done['heal-allocations'].what).toBe('refused')
})

test('where all agree nothing is needed', () => {
  expect(Object.values(repairs(home)).map(({ what }) => what)).toEqual(repairNames.map(() => 'not-needed'))
})

test('a state of ERROR is reset where the guest runs where Nova has it', () => {
  expect(repairs(inError)['reset-state']).toEqual({ what: 'possible', steps: [{ act: 'reset-state' }] })
})

test('what an aborted migration left defined is removed from the other host', () => {
  const left = { ...home, hosts: [home.hosts[0]!, host('host2', is('shutoff', 'failed'))] }
  expect(repairs(left)['remove-leftover']).toEqual({ what: 'possible', steps: [{ act: 'undefine', host: 'host2' }] })
})

test('what a failed migration still holds goes back to the instance, at once with what it held elsewhere', () => {
  const allocations = {
    ...home.allocations,
    held: { 'p-host2': held },
    byMigration: { consumer: 'm7', held: { 'p-host1': held } },
  }
  expect(repairs({ ...home, allocations })['heal-allocations']).toEqual({
    what: 'possible',
    steps: [{ act: 'write-allocations', allocations: { u1: { 'p-host1': held }, m7: {} } }],
  })
})

test.each<[string, Partial<RepairFacts>, RegExp]>([
  ['a host does not answer', { hosts: [...orphan.hosts, host('host3', silent)] }, /host3 does not say/],
  ['Nova has it on a host that nobody reaches', { hosts: [host('host2', is('running'))] }, /not among the hosts/],
  ['it is on two hosts', { hosts: [host('host1', is('paused')), host('host2', is('running'))] }, /stop nothing/],
  ['it runs nowhere', { hosts: [host('host1', absent), host('host2', is('shutoff'))] }, /runs on none/],
  [
    'post-copy broke',
    { hosts: [host('host1', absent), host('host2', is('paused', 'postcopy-failed'))] },
    /does not run/,
  ],
  ['it is on its way', { hosts: [host('host1', absent), host('host2', is('running', 'booted', true))] }, /on its way/],
  ['Nova is busy with it', { instance: { ...orphan.instance!, taskState: 'migrating' } }, /busy/],
  ['it waits for a word', { instance: { ...orphan.instance!, vmState: 'resized' } }, /VERIFY_RESIZE/],
  ['Nova does not know it', { instance: null }, /no instance u1/],
  ['its record is still written', { record: { ...orphan.record!, isOver: false, silentMs: 4000 } }, /4 s ago/],
  ['it was evacuated', { record: { ...orphan.record!, type: 'evacuation' } }, /evacuation/],
  ['its home has a definition', { hosts: [host('host1', is('shutoff')), host('host2', is('running'))] }, /made anew/],
])('nothing is sent back where %s', (_name, part, why) => {
  const verdict = repairs({ ...orphan, ...part })['send-back']
  expect(verdict.what === 'refused' ? verdict.why.join('; ') : verdict.what).toMatch(why)
})

test('a record that a restarted nova-compute left running is not waited for', () => {
  const left = { ...orphan, record: { ...orphan.record!, status: 'running', isOver: false, silentMs: 900_000 } }
  expect(repairs(left)['send-back'].what).toBe('possible')
})

/** Mostly the first, so that most facts are clear enough for something to be proposed. */
const mostly = <T>(usual: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: seldom })
const strangeView: fc.Arbitrary<HostView> = fc.oneof(
  fc.constant(silent),
  fc.record({
    kind: fc.constant('present' as const),
    state: fc.constantFrom('running', 'blocked', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended', 'new-word'),
    reason: fc.constantFrom('booted', 'migrated', 'postcopy', 'postcopy-failed', 'unknown'),
    outgoingJob: fc.boolean(),
  }),
)
const names = ['host1', 'host2', 'host3'] as const
const anyHosts = fc
  .nat(2)
  .chain((at) =>
    fc
      .tuple(
        ...names.map((_name, index) =>
          mostly(
            index === at
              ? fc.constantFrom(is('running'), is('blocked'))
              : fc.constantFrom(absent, absent, is('shutoff'), is('crashed')),
            strangeView,
          ),
        ),
      )
      .map((views) => views.map((view, index) => host(names[index] ?? '', view))),
  )
const anyHeld = fc.dictionary(
  mostly(fc.constantFrom('p-host1', 'p-host2', 'p-host3', 'p-shared'), fc.constant('p-stranger')),
  fc.constant(held),
)
const anyFacts: fc.Arbitrary<RepairFacts> = fc.record({
  id: fc.constant('u1'),
  instance: fc.option(
    fc.record({
      host: fc.constantFrom(...names),
      hypervisorHostname: mostly<string | null>(fc.constantFrom(...names), fc.constant(null)),
      vmState: mostly<string | null>(fc.constantFrom('active', 'error'), fc.constantFrom('stopped', 'resized', null)),
      taskState: mostly<string | null>(fc.constant(null), fc.constant('migrating')),
    }),
    { freq: 20 },
  ),
  record: fc.option(
    fc.record({
      id: fc.constant(7),
      status: fc.constantFrom('completed', 'error', 'running'),
      type: mostly(fc.constantFrom('live-migration', 'migration'), fc.constant('evacuation')),
      isOver: mostly(fc.constant(true), fc.constant(false)),
      silentMs: fc.constantFrom(null, 1000, 900_000),
    }),
  ),
  hosts: anyHosts,
  allocations: fc.record({
    held: anyHeld,
    byMigration: fc.option(fc.record({ consumer: fc.constant('m7'), held: anyHeld })),
    providers: fc.constant([...names.map(provider), { id: 'p-shared', rootName: 'nfs1', isHypervisors: false }]),
  }),
})

/** Facts on which nobody may act at all. */
const isUnclear = ({ instance, record, hosts }: RepairFacts): boolean =>
  instance === null ||
  instance.taskState !== null ||
  hosts.some(({ view }) => view.kind === 'unreachable' || (view.kind === 'present' && view.outgoingJob)) ||
  hosts.filter(({ view }) => hasProcess(view)).length !== 1 ||
  (record !== null && !record.isOver && record.silentMs !== 900_000)

/** What is wrong about a step, whatever is to be repaired. */
function wrongsOf(facts: RepairFacts, step: RepairStep): readonly string[] {
  const runsOn = facts.hosts.find(({ view }) => hasProcess(view))?.name
  const named = facts.instance?.hypervisorHostname
  const on = (name: string): HostView | undefined => facts.hosts.find((each) => each.name === name)?.view
  const unless = (isRight: boolean, words: string): readonly string[] => (isRight ? [] : [`${step.act}: ${words}`])
  const atHome = unless(runsOn === named, 'it does not run where Nova has it')
  switch (step.act) {
    case 'migrate-back':
      return [
        ...unless(
          step.from === runsOn && step.to === named && step.from !== step.to,
          'not from where it runs to its home',
        ),
        ...unless(on(step.to)?.kind === 'absent', 'its home has something of it'),
      ]
    case 'undefine': {
      const view = on(step.host)
      return [
        ...atHome,
        ...unless(step.host !== named, 'the definition of its home'),
        ...unless(view?.kind === 'present' && ['shutoff', 'crashed'].includes(view.state), 'it is not shut off there'),
      ]
    }
    case 'reset-state':
      return atHome
    case 'write-allocations': {
      const before = { ...facts.allocations.held, ...facts.allocations.byMigration?.held }
      const after = Object.keys(step.allocations['u1'] ?? {})
      return [
        ...atHome,
        ...unless(after.includes(`p-${named}`), 'nothing is held at home'),
        ...unless(
          after.every((id) => id in before),
          'something is held that nobody held',
        ),
        ...unless(Object.keys(step.allocations['m7'] ?? {}).length === 0, 'the migration holds something'),
      ]
    }
  }
}

test('whatever the facts: nothing on unknown ones, nothing with two, and no step that could end a guest or start a second', () => {
  const proposed = new Set<string>()
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const steps = Object.values(repairs(facts)).flatMap((each): readonly RepairStep[] =>
        each.what === 'possible' ? each.steps : [],
      )
      for (const { act } of steps) proposed.add(act)
      const wrong = steps.flatMap((step) => wrongsOf(facts, step))
      expect(isUnclear(facts) ? steps : wrong).toEqual([])
    }),
    { numRuns: 1000 },
  )
  // Else it would have shown nothing.
  expect([...proposed].toSorted()).toEqual(['migrate-back', 'reset-state', 'undefine', 'write-allocations'])
})
