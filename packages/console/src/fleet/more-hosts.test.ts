import { expect, test } from 'vitest'
import { moreHostsWords } from './more-hosts.ts'

const hosts = (answering: number, silent: number): readonly { readonly reachable: boolean }[] =>
  Array.from({ length: answering + silent }, (_, index) => ({ reachable: index >= silent }))

test('of hosts that are not shown none is said to answer that is silent', () => {
  expect(moreHostsWords(hosts(40, 0))).toBe('40 more hosts answer')
  expect(moreHostsWords(hosts(1, 0))).toBe('1 more host answers')
  expect(moreHostsWords(hosts(30, 10))).toBe('40 more hosts, 10 of them silent')
  expect(moreHostsWords(hosts(0, 5))).toBe('5 more hosts, silent')
})
