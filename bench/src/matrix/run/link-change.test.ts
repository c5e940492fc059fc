import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChangingLink, tenthOf } from './link-change.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watched() {
  const did: string[] = []
  const link = new ChangingLink(
    { kind: 'a-tenth', afterMs: 4000, forMs: 5000 },
    {
      begin: async () => void did.push('begin'),
      end: async () => void did.push('end'),
    },
  )
  return { did, link }
}

test('a link changes a while after the start, and back', async () => {
  const { did, link } = watched()
  link.begun()
  await vi.advanceTimersByTimeAsync(3999)
  expect(did).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(did).toEqual(['begin'])
  await vi.advanceTimersByTimeAsync(5000)
  expect(did).toEqual(['begin', 'end'])
  await link[Symbol.asyncDispose]()
  expect(did).toEqual(['begin', 'end'])
})

test('a run that ends first leaves the link as it was', async () => {
  const early = watched()
  early.link.begun()
  await early.link[Symbol.asyncDispose]()
  const between = watched()
  between.link.begun()
  await vi.advanceTimersByTimeAsync(6000)
  await between.link[Symbol.asyncDispose]()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([early.did, between.did]).toEqual([[], ['begin', 'end']])
})

test('a tenth of a link is written as the laboratory takes it', () => {
  expect(['300Mbit', '2Gbit'].map(tenthOf)).toEqual(['30Mbit', '200Mbit'])
  expect(() => tenthOf('none')).toThrow(/none/)
})
