import { expect, test } from 'vitest'
import type { HostView } from '../migration/reconcile.ts'
import { coldStep } from './cold-step.ts'

const absent: HostView = { kind: 'absent' }
const silent: HostView = { kind: 'unreachable', why: 'down' }
const is = (state: string): HostView => ({ kind: 'present', state, reason: 'unknown', outgoingJob: false })

test.each<[string, HostView, HostView, boolean, string]>([
  ['it runs', is('running'), absent, false, 'shut-down'],
  ['it was asked to shut down', is('running'), absent, true, 'wait'],
  ['it is shutting down', is('shutdown'), absent, true, 'wait'],
  ['it is shut off', is('shutoff'), absent, true, 'define-on-destination'],
  ['it is defined on both', is('shutoff'), is('shutoff'), true, 'start-on-destination'],
  ['it runs there', is('shutoff'), is('running'), true, 'undefine-on-source'],
  ['only the destination has it', absent, is('running'), true, 'done'],
  ['it runs on both', is('running'), is('running'), true, 'unclear'],
  ['it is paused', is('paused'), absent, false, 'unclear'],
  ['nobody has it', absent, absent, true, 'unclear'],
  ['only a definition is left there', absent, is('shutoff'), true, 'unclear'],
])('%s', (_case, source, destination, asked, step) => {
  expect(coldStep(source, destination, asked)).toBe(step)
})

test('it is started only where the source itself said that it is shut off', () => {
  const views = [absent, silent, ...['running', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended'].map(is)]
  for (const source of views) {
    for (const destination of views) {
      for (const asked of [false, true]) {
        const starts = coldStep(source, destination, asked) === 'start-on-destination'
        expect(starts && !(source.kind === 'present' && source.state === 'shutoff')).toBe(false)
      }
    }
  }
})
