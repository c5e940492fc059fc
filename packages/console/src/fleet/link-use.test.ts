import { expect, test } from 'vitest'
import { linkUse, nothingSent, sentBy } from './link-use.ts'

const sample = (at: number, bytesSent: number) => ({
  at,
  bytesSent,
  pass: 1,
  phase: 'active' as const,
  remainingBytes: 1,
  throttlePercent: 0,
})
const copying = (id: string, part: object = {}) => ({
  id,
  source: 'host1',
  destination: 'host2',
  status: 'copying' as const,
  sample: sample(1000, 0),
  ...part,
})

test('what leaves and what comes is added up for each host, by what was sent between two looks', () => {
  const before = [copying('m1'), copying('m2', { source: 'host3' })]
  const now = [
    copying('m1', { sample: sample(3000, 200) }),
    copying('m2', { source: 'host3', sample: sample(2000, 50) }),
  ]
  const uses = linkUse(now, sentBy(sentBy(nothingSent, before), now))
  expect(uses.get('host1')).toEqual({ out: 1, in: 0, bytesPerSecond: 100, unknown: 0 })
  expect(uses.get('host2')).toEqual({ out: 0, in: 2, bytesPerSecond: 150, unknown: 0 })
  expect(uses.has('host9')).toBe(false)
})

test('a speed that nobody has told is not taken for none', () => {
  const now = [copying('m1', { sample: null }), copying('m2', { status: 'queued' })]
  expect(linkUse(now, sentBy(nothingSent, now)).get('host1')).toEqual({
    out: 1,
    in: 0,
    bytesPerSecond: null,
    unknown: 1,
  })
})

test('a sample that was seen before tells no other speed; the first one, and a new try, tell none', () => {
  const [first, second, again] = [0, 500, 10].map((bytes, look) => [
    copying('m1', { sample: sample(1000 + look, bytes) }),
  ])
  const seen = sentBy(nothingSent, first ?? [])
  expect(seen.get('m1')?.bytesPerSecond).toBeNull()
  const sent = sentBy(seen, second ?? [])
  expect(sent.get('m1')?.bytesPerSecond).toBe(500_000)
  expect(sentBy(sent, second ?? []).get('m1')?.bytesPerSecond).toBe(500_000)
  expect(sentBy(sent, again ?? []).get('m1')?.bytesPerSecond).toBeNull()
})
