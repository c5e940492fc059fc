import { expect, test } from 'vitest'

import { acquireLock, withLock } from './lock.ts'

const name = `test ${process.pid}`

test('a lock that is held is refused with the name of its holder', async () => {
  await using held = await acquireLock(name)
  expect(held).toBeDefined()
  await expect(acquireLock(name)).rejects.toMatchObject({
    code: 'lab-busy',
    message: expect.stringContaining(`process ${process.pid}`),
  })
})

test('who waits gets the lock when it is let go', async () => {
  const order: string[] = []
  const first = await acquireLock(name)
  const second = withLock(name, { waitMs: 5000, onWait: (holder) => order.push(`waits for ${holder}`) }, async () => {
    order.push('second')
  })
  await expect.poll(() => order).toHaveLength(1)
  order.push('first lets go')
  await first[Symbol.asyncDispose]()
  await second
  expect(order).toEqual([`waits for process ${process.pid}`, 'first lets go', 'second'])
})

test('a lock is let go when the work fails', async () => {
  await expect(withLock(name, {}, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await withLock(name, {}, async () => {})
})

test('waiting ends with the signal', async () => {
  await using held = await acquireLock(name)
  expect(held).toBeDefined()
  const stopping = new AbortController()
  const waiting = acquireLock(name, { waitMs: 60_000, signal: stopping.signal })
  stopping.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
})
