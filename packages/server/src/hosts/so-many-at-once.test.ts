import { expect, test } from 'vitest'
import { SoManyAtOnce } from './so-many-at-once.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('the next begins where one has ended, or takes too long', async () => {
  const tooLong: (() => void)[] = []
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      tooLong.push(resolve)
      signal?.addEventListener('abort', () => resolve())
    })
  const reading = new SoManyAtOnce(1, { sleep })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const run = (name: string): Promise<void> =>
    reading.run(() => {
      begun.push(name)
      return new Promise((resolve) => ends.set(name, resolve))
    })
  const all = ['silent', 'host2', 'host3'].map(run)
  await turn()
  expect(begun).toEqual(['silent'])
  tooLong[0]?.()
  await turn()
  expect(begun).toEqual(['silent', 'host2'])
  ends.get('host2')?.()
  await turn()
  expect(begun).toEqual(['silent', 'host2', 'host3'])
  for (const end of ends.values()) end()
  await Promise.all(all)
})
