import { expect, test } from 'vitest'
import type { AuditedAct, AuditEntry } from './audit.ts'
import { chainedHash, firstBroken, noHash } from './audit.ts'

const act = (path: string): AuditedAct => ({
  at: 1,
  caller: 'ci',
  requestId: 'r',
  method: 'POST',
  path,
  target: null,
  status: 202,
})

function trail(...paths: readonly string[]): AuditEntry[] {
  let hash = noHash
  return paths.map((path, index) => {
    hash = chainedHash(hash, JSON.stringify(act(path)))
    return { seq: index + 1, act: act(path), hash }
  })
}

test('a trail that nobody touched is whole', () => {
  expect(firstBroken(trail('/a', '/b', '/c'))).toBeNull()
  expect(firstBroken([])).toBeNull()
})

test.each<[string, (whole: AuditEntry[]) => AuditEntry[], number]>([
  ['that was changed', ([a, b, c]) => [a, { ...b, act: act('/x') }, c] as AuditEntry[], 2],
  ['behind one that was taken out', ([a, , c]) => [a, c] as AuditEntry[], 3],
  ['that was put in', ([a, b, c]) => [a, b, { ...b, seq: 3 }, { ...c, seq: 4 }] as AuditEntry[], 3],
  ['that was exchanged', ([a, b, c]) => [b, a, c] as AuditEntry[], 2],
])('an entry %s breaks it there', (_case, change, seq) => {
  expect(firstBroken(change(trail('/a', '/b', '/c')))?.seq).toBe(seq)
})
