import { describe, expect, test } from 'vitest'
import type { HostView } from '@landfall/core'
import { whereabouts } from './whereabouts.ts'

const absent: HostView = { kind: 'absent' }
const unreachable: HostView = { kind: 'unreachable', why: 'connection refused' }
function present(state: string, reason: string, outgoingJob = false): HostView {
  return { kind: 'present', state, reason, outgoingJob }
}

describe('where the guest is, from what both hosts say', () => {
  test.each<[string, HostView, HostView, string]>([
    ['pre-copy under way', present('running', 'booted', true), present('paused', 'migration'), 'migrating'],
    ['post-copy under way', present('paused', 'postcopy', true), present('running', 'postcopy'), 'migrating'],
    ['source lost in post-copy, unheard by the destination yet', absent, present('running', 'postcopy'), 'unclear'],
    ['the same, once it has heard', absent, present('running', 'postcopy-failed'), 'post-copy-broken'],
    ['completed, source undefined', absent, present('running', 'migrated'), 'landed'],
    ['completed, source kept its definition', present('shutoff', 'migrated'), present('running', 'migrated'), 'landed'],
    ['aborted', present('running', 'booted'), absent, 'stayed'],
    [
      'failed, a stale incoming domain is left',
      present('running', 'unpaused'),
      present('paused', 'migration'),
      'stayed',
    ],
    [
      'failed, the destination keeps an old definition',
      present('running', 'booted'),
      present('shutoff', 'failed'),
      'stayed',
    ],
    [
      'broken post-copy',
      present('paused', 'postcopy-failed', true),
      present('running', 'postcopy-failed'),
      'post-copy-broken',
    ],
    ['shut down meanwhile', present('shutoff', 'shutdown'), absent, 'gone'],
    ['destroyed on both', absent, absent, 'gone'],
    ['running twice', present('running', 'booted'), present('running', 'migrated'), 'unclear'],
    [
      'daemon killed between finish and confirm',
      present('paused', 'migration'),
      present('running', 'migrated'),
      'unclear',
    ],
    ['stopped by switchover and left so', present('paused', 'migration'), absent, 'unclear'],
    ['destination lost in pre-copy', present('running', 'booted', true), unreachable, 'migrating'],
    ['destination lost in broken post-copy', present('paused', 'postcopy-failed', true), unreachable, 'unclear'],
    ['destination lost and no job any more', present('running', 'booted'), unreachable, 'unclear'],
    ['source lost, destination runs it', unreachable, present('running', 'migrated'), 'unclear'],
    ['both lost', unreachable, unreachable, 'unclear'],
  ])('%s', (_case, source, destination, expected) => {
    expect(whereabouts(source, destination).kind).toBe(expected)
  })

  test('never says that a guest stayed or landed while one host is silent', () => {
    for (const view of [
      absent,
      present('running', 'booted'),
      present('paused', 'migration'),
      present('shutoff', 'failed'),
    ]) {
      for (const pair of [whereabouts(unreachable, view), whereabouts(view, unreachable)]) {
        expect(['unclear', 'migrating']).toContain(pair.kind)
      }
    }
  })
})
