import { expect, test } from 'vitest'
import type { AuditedAct } from '../store/audit.ts'
import { AuditTrail } from './audit-trail.ts'

const act = { requestId: 'r1', caller: 'ci', method: 'POST', path: '/api/v1/aborts', target: 'guest=web1' }

function trail(add: (act: AuditedAct) => Promise<void>, sleep = () => new Promise<void>(() => undefined)) {
  const missed: AuditedAct[] = []
  const clock = { now: () => 5, sleep }
  return { missed, trail: new AuditTrail({ audit: { add }, clock, onMissed: (each) => missed.push(each) }) }
}

test('what is to be done is written before, and its outcome after it, under the same request', async () => {
  const lines: AuditedAct[] = []
  const { trail: kept } = trail(async (line) => void lines.push(line))
  await kept.before(act)
  expect(lines).toEqual([{ ...act, at: 5, status: null }])
  await kept.after(act, 202)
  expect(lines[1]).toEqual({ ...act, at: 5, status: 202 })
})

test('a store that does not answer is not waited for, and what it refuses is told', async () => {
  const silent = trail(
    () => new Promise(() => undefined),
    () => Promise.resolve(),
  )
  await silent.trail.before(act)
  const refusing = trail(() => Promise.reject(new Error('disk full')))
  await refusing.trail.before(act)
  expect([silent.missed, refusing.missed]).toEqual([[], [{ ...act, at: 5, status: null }]])
})
