import type { MigrationStatus } from '@landfall/api'
import { defaultIntent } from '@landfall/core'
import { expect, test } from 'vitest'
import { Inbox } from './inbox.ts'

function inbox(status: MigrationStatus, isSteered = true) {
  let rung = 0
  const box = new Inbox(
    () => status,
    () => isSteered,
    () => rung++,
  )
  return { box, rung: () => rung }
}

test('what is taken waits for the driver, once, and wakes it', () => {
  const { box, rung } = inbox('copying')
  expect(box.wish({ kind: 'abort', why: 'by hand' })).toEqual({ allowed: true })
  expect(rung()).toBe(1)
  expect(box.take()).toEqual([{ kind: 'abort', why: 'by hand' }])
  expect(box.take()).toEqual([])
})

test('what the state does not allow is denied with the reason, and reaches nobody', () => {
  const { box, rung } = inbox('post-copy')
  expect(box.wish({ kind: 'abort', why: 'by hand' })).toMatchObject({ allowed: false, code: 'abort-in-post-copy' })
  expect([box.take(), rung()]).toEqual([[], 0])
})

test('of two wishes of a kind the last one counts', () => {
  const { box } = inbox('copying')
  box.wish({ kind: 'force-complete', why: 'maintenance' })
  box.wish({ kind: 'abort', why: 'first' })
  box.wish({ kind: 'abort', why: 'second' })
  expect(box.take()).toEqual([
    { kind: 'force-complete', why: 'maintenance' },
    { kind: 'abort', why: 'second' },
  ])
})

test('changes of single settings add up, and another intent takes the place of all', () => {
  const { box } = inbox('copying')
  const pause = { kind: 'change-intent', settings: { 'max-pause': '2s' }, origin: 'a' } as const
  const deadline = { kind: 'change-intent', settings: { deadline: '5m' }, origin: 'b' } as const
  const whole = { kind: 'change-intent', intent: defaultIntent, origin: 'c' } as const
  for (const wish of [whole, pause, deadline]) box.wish(wish)
  expect(box.take()).toEqual([whole, pause, deadline])
  for (const wish of [pause, whole]) box.wish(wish)
  expect(box.take()).toEqual([whole])
})

test('who only follows may look, and nothing else', () => {
  const { box } = inbox('copying', false)
  expect(box.wish({ kind: 'abort', why: 'by hand' })).toMatchObject({ allowed: false, code: 'driven-elsewhere' })
  expect(box.wish({ kind: 'look' })).toEqual({ allowed: true })
})
