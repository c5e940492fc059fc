import { expect, test } from 'vitest'
import { handsWords, instanceWords, libvirtWords, novaMark, recordWords } from './nova-words.ts'

const nova = { cloud: 'c', seen: null, silent: null }
const found = { origin: 'found', hands: 'off' } as const

test('who steers is said of each of Nova’s, and of others only where it was not launched here', () => {
  expect(handsWords({ origin: 'launched', hands: 'on' }, null)).toBeNull()
  expect(handsWords(found, null)).toMatch(/started by somebody else, only followed/)
  expect(handsWords(found, nova)).toMatch(/Nova carries it out\. It is only observed/)
  expect(handsWords({ ...found, hands: 'on' }, nova)).toMatch(/steered from here/)
  expect(novaMark({ nova, role: found })).toBe("Nova's, observed")
  expect(novaMark({ role: found })).toBeNull()
})

test('what Nova does not show is not made up', () => {
  expect(recordWords({ migration: { id: 7, status: 'queued', source: 'host1', destination: null } })).toBe(
    'migration 7 is queued: host1 → not chosen yet',
  )
  expect(recordWords({ migration: null })).toMatch(/no record/)
  expect(instanceWords({ instance: { id: 'u', status: 'ACTIVE', taskState: 'migrating', host: null } })).toBe(
    'ACTIVE, migrating, on a host that is not shown',
  )
  expect(libvirtWords({ libvirt: null })).toMatch(/copies nothing/)
})
