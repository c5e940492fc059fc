import { advise } from '@landfall/core'
import { expect, test } from 'vitest'
import { adviceWords, reasonWords, reportJson } from './next-action.ts'

test('what can be done next is worded as it is typed', () => {
  const kept = advise`host1 keeps it: ${{ action: 'confirm', migration: 'm1' }} removes it, ${{ action: 'revert', migration: 'm1' }} goes back`
  expect(adviceWords(kept)).toBe('host1 keeps it: "landfall confirm m1" removes it, "landfall revert m1" goes back')
  expect(adviceWords(advise`Start one with ${{ action: 'migrate', guest: null }}`)).toBe(
    'Start one with "landfall migrate NAME --to HOST"',
  )
  expect(adviceWords(advise`Leave ${{ action: 'leave-out', setting: 'parallel' }} out, or upgrade it`)).toBe(
    'Leave --parallel out, or upgrade it',
  )
})

test('a report says what follows within its reason, for people and in JSON', () => {
  const next = advise`${{ action: 'watch', guest: 'web1' }} goes on`
  const report = { outcome: 'failed', reason: { code: 'unclear', message: 'nobody can tell', next } }
  const message = 'nobody can tell; "landfall watch web1" goes on'
  expect(reasonWords(report)).toBe(message)
  expect(reportJson(report)).toEqual({ outcome: 'failed', reason: { code: 'unclear', message } })
})
