import { expect, test } from 'vitest'
import { KeptTrying } from './kept-trying.ts'

/** Work that ends when the test says so. */
class Work {
  readonly begun: string[] = []
  readonly #ends = new Map<string, () => void>()

  readonly of = (...about: readonly string[]): ReadonlyMap<string, () => Promise<void>> =>
    new Map(
      about.map((each) => [
        each,
        () => {
          this.begun.push(each)
          return new Promise<void>((resolve) => this.#ends.set(each, resolve))
        },
      ]),
    )

  end(about: string): Promise<void> {
    this.#ends.get(about)?.()
    return new Promise((resolve) => setImmediate(resolve))
  }
}

test('what takes long is not begun again, and keeps nothing else waiting', async () => {
  const work = new Work()
  const trying = new KeptTrying(2)
  trying.want(work.of('silent'))
  trying.want(work.of('silent', 'web1'))
  await work.end('web1')
  trying.want(work.of('silent', 'web1'))
  expect(work.begun).toEqual(['silent', 'web1', 'web1'])
})

test('where there is a place again, what waits for one begins; what is wanted no more does not', async () => {
  const work = new Work()
  const trying = new KeptTrying(1)
  trying.want(work.of('web1', 'web2', 'web3'))
  trying.want(work.of('web1', 'web3'))
  await work.end('web1')
  expect(work.begun).toEqual(['web1', 'web3'])
  let isIdle = false
  const idle = trying.idle().then(() => (isIdle = true))
  await work.end('web1')
  expect(isIdle).toBe(false)
  await work.end('web3')
  await idle
})
