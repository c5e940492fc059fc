import { describe, expect, test } from 'vitest'
import type { HostView } from './host-view.ts'
import type { ColdFacts, ColdStep } from './cold-step.ts'
import { coldStep } from './cold-step.ts'

const absent: HostView = { kind: 'absent' }
const silent: HostView = { kind: 'unreachable', why: 'down' }
const is = (state: string): HostView => ({ kind: 'present', state, reason: 'unknown', outgoingJob: false })
const starting: HostView = { kind: 'present', state: 'paused', reason: 'starting-up', outgoingJob: false }

const none: Omit<ColdFacts, 'source' | 'destination'> = {
  marked: false,
  guarded: false,
  goesOnAs: null,
  destinationKept: false,
  reverts: false,
  shutdownAsked: false,
}
const asked = { ...none, shutdownAsked: true }
const guarded = { ...asked, marked: true, guarded: true }
const revert = { ...none, reverts: true, destinationKept: true }

describe('a migration', () => {
  test.each<[string, HostView, HostView, Omit<ColdFacts, 'source' | 'destination'>, ColdStep]>([
    ['it runs', is('running'), absent, none, 'shut-down'],
    ['it was asked to shut down', is('running'), absent, asked, 'wait'],
    ['it is shutting down', is('shutdown'), absent, asked, 'wait'],
    ['it is shut off', is('shutoff'), absent, asked, 'guard-source'],
    ['it is shut off and guarded', is('shutoff'), absent, guarded, 'define-on-destination'],
    ['it is defined on both', is('shutoff'), is('shutoff'), guarded, 'start-on-destination'],
    ['it is defined on both and lost its guard', is('shutoff'), is('shutoff'), asked, 'guard-source'],
    ['it is being started there', is('shutoff'), starting, guarded, 'wait'],
    ['it stands still there', is('shutoff'), is('paused'), guarded, 'unclear'],
    ['it runs there', is('shutoff'), is('running'), guarded, 'hand-over'],
    ['it runs there and the source is not guarded', is('shutoff'), is('running'), asked, 'guard-source'],
    ['only the destination has it', absent, is('running'), asked, 'done'],
    ['it runs on both', is('running'), is('running'), asked, 'unclear'],
    [
      'it runs, and the destination has a definition that nobody expected',
      is('running'),
      is('shutoff'),
      none,
      'unclear',
    ],
    [
      'an earlier migration left its definition there',
      is('shutoff'),
      is('shutoff'),
      { ...guarded, destinationKept: true },
      'go-back',
    ],
    ['somebody started it again after it was shut off', is('running'), absent, { ...guarded, guarded: false }, 'stays'],
    ['the same, and it is defined on both', is('running'), is('shutoff'), guarded, 'stays'],
    ['it was started by hand on both', is('running'), is('running'), guarded, 'unclear'],
    [
      'it is off because somebody moved it away',
      is('shutoff'),
      absent,
      { ...asked, goesOnAs: 'moved-away' },
      'unclear',
    ],
    ['the same, when all was ready', is('shutoff'), is('shutoff'), { ...guarded, goesOnAs: 'moved-away' }, 'unclear'],
    ['its memory is in a file', is('shutoff'), is('shutoff'), { ...guarded, goesOnAs: 'saved' }, 'unclear'],
    ['it is paused', is('paused'), absent, none, 'unclear'],
    ['nobody has it', absent, absent, asked, 'unclear'],
    ['only a definition is left there', absent, is('shutoff'), asked, 'unclear'],
    ['the destination is silent', is('shutoff'), silent, guarded, 'wait'],
  ])('%s', (_case, source, destination, known, step) => {
    expect(coldStep({ source, destination, ...known })).toBe(step)
  })
})

describe('a revert', () => {
  test.each<[string, HostView, HostView, Partial<ColdFacts>, ColdStep]>([
    ['it runs, and the other host kept its definition', is('running'), is('shutoff'), {}, 'shut-down'],
    ['it runs, and the kept definition is gone', is('running'), absent, { destinationKept: false }, 'unclear'],
    [
      'it runs, and what is there is no kept definition',
      is('running'),
      is('shutoff'),
      { destinationKept: false },
      'unclear',
    ],
    ['it runs on both', is('running'), is('running'), {}, 'unclear'],
    ['it is shut off', is('shutoff'), is('shutoff'), {}, 'guard-source'],
    ['it is shut off and guarded', is('shutoff'), is('shutoff'), { guarded: true }, 'restore-on-destination'],
    [
      'its definition is restored',
      is('shutoff'),
      is('shutoff'),
      { guarded: true, destinationKept: false },
      'start-on-destination',
    ],
    [
      'the kept definition went away meanwhile',
      is('shutoff'),
      absent,
      { guarded: true, destinationKept: false },
      'go-back',
    ],
    ['it runs there', is('shutoff'), is('running'), { guarded: true, destinationKept: false }, 'hand-over'],
    ['only the destination has it', absent, is('running'), { destinationKept: false }, 'done'],
  ])('%s', (_case, source, destination, known, step) => {
    expect(coldStep({ source, destination, ...revert, ...known })).toBe(step)
  })
})

test('it is started only where the source itself said that it is shut off and nowhere else, and is guarded', () => {
  const views = [absent, silent, ...['running', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended'].map(is)]
  const either = [false, true]
  for (const source of views)
    for (const destination of views)
      for (const isGuarded of either)
        for (const destinationKept of either)
          for (const reverts of either)
            for (const shutdownAsked of either)
              for (const goesOnAs of [null, 'moved-away', 'saved'] as const) {
                const marks = { marked: isGuarded, guarded: isGuarded, goesOnAs }
                const facts = { source, destination, ...marks, destinationKept, reverts, shutdownAsked }
                const starts = coldStep(facts) === 'start-on-destination'
                const off = source.kind === 'present' && source.state === 'shutoff' && goesOnAs === null
                expect(starts && !(off && isGuarded && !destinationKept)).toBe(false)
              }
})
