import { expect, test } from 'vitest'
import type { Answered } from '../http/app.ts'
import type { AuditedAct } from '../store/audit.ts'
import { AuditTrail } from './audit-trail.ts'

const act = { requestId: 'r1', caller: 'ci', method: 'POST', path: '/api/v1/aborts', target: 'guest=web1' }

const answered: Answered = { ...act, isAdmitted: true, address: '192.0.2.1', status: 202, ms: 1, error: null }

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
  await kept.after(answered)
  expect(lines[1]).toEqual({ ...act, at: 5, status: 202 })
})

test('what changes nothing, comes from a stranger or comes too often is not written', async () => {
  const lines: AuditedAct[] = []
  const { trail: kept } = trail(async (line) => void lines.push(line))
  await kept.after({ ...answered, method: 'GET' })
  await kept.after({ ...answered, caller: null, status: 401 })
  await kept.after({ ...answered, isAdmitted: false, status: 429 })
  expect(lines).toEqual([])
  // Somebody who is known and may not: that is what a trail is for.
  await kept.after({ ...answered, status: 403 })
  expect(lines).toHaveLength(1)
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
