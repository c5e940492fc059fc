import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { Outbox } from './outbox.ts'

/** What reached the socket in one piece. */
const socket = (): { stream: Duplex; pieces: string[]; finish: (() => void)[] } => {
  const pieces: string[] = []
  const finish: (() => void)[] = []
  const stream = new Duplex({
    read: () => {},
    writev: (chunks, done) => {
      pieces.push(chunks.map(({ chunk }) => String(chunk)).join('+'))
      finish.push(() => {
        done()
      })
    },
  })
  return { stream, pieces, finish }
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

it('messages of one turn leave together', async () => {
  const { stream, pieces, finish } = socket()
  const outbox = new Outbox(stream, 'together')
  outbox.write(Buffer.from('a'))
  outbox.write(Buffer.from('b'))
  await turn()
  finish.shift()?.()
  outbox.write(Buffer.from('c'))
  await turn()
  expect(pieces).toEqual(['a+b', 'c'])
})

it('over TLS each message leaves by itself, however many wait', async () => {
  const { stream, pieces, finish } = socket()
  const outbox = new Outbox(stream, 'apart')
  const done: string[] = []
  for (const text of ['a', 'b', 'c']) outbox.write(Buffer.from(text), () => done.push(text))
  for (let index = 0; index < 3; index++) {
    await turn()
    finish.shift()?.()
  }
  await turn()
  expect(pieces).toEqual(['a', 'b', 'c'])
  expect(done).toEqual(['a', 'b', 'c'])
})

it('a broken stream holds nobody up', async () => {
  const { stream } = socket()
  stream.on('error', () => {})
  const outbox = new Outbox(stream, 'apart')
  const done: string[] = []
  stream.destroy()
  for (const text of ['a', 'b']) outbox.write(Buffer.from(text), () => done.push(text))
  await turn()
  expect(done).toEqual(['a', 'b'])
})
