import { expect, test } from 'vitest'
import { Connection } from './connection.ts'

/** A stream of events that goes on, until it is broken. */
function streaming() {
  const broken = Promise.withResolvers<Error>()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('event: update\n\n'))
      void broken.promise.then((error) => controller.error(error))
    },
  })
  const headers = { 'content-type': 'text/event-stream' }
  const connection = new Connection(
    async () => new Response(body, { headers }),
    () => 7,
  )
  return { connection, breakOff: () => broken.resolve(new Error('reset')) }
}

async function opened(connection: Connection) {
  const reader = (await connection.fetch('/events')).body?.getReader()
  if (reader === undefined) throw new Error('it has no body')
  await reader.read()
  return reader
}

test('a stream that breaks is a service that does not answer, since that moment', async () => {
  const { connection, breakOff } = streaming()
  const reader = await opened(connection)
  expect(connection.state().lostSince).toBeNull()
  const next = reader.read()
  breakOff()
  await expect(next).rejects.toThrow('reset')
  expect(connection.state().lostSince).toBe(7)
})

test('a stream that was read far enough and is let go says nothing of the service', async () => {
  const { connection } = streaming()
  const reader = await opened(connection)
  const next = reader.read()
  await reader.cancel()
  await next
  // What the stream below has still to say is heard by then.
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(connection.state().lostSince).toBeNull()
})

test('a request that fails is one, and the next that is answered ends it; one that was given up is none', async () => {
  let fails = true
  const connection = new Connection(
    async () => (fails ? Promise.reject(new TypeError('fetch failed')) : new Response('{}')),
    () => 7,
  )
  await expect(connection.fetch('/hosts')).rejects.toThrow('fetch failed')
  expect(connection.state().lostSince).toBe(7)
  fails = false
  await connection.fetch('/hosts')
  expect(connection.state().lostSince).toBeNull()
  fails = true
  await expect(connection.fetch('/hosts', { signal: AbortSignal.abort() })).rejects.toThrow('fetch failed')
  expect(connection.state().lostSince).toBeNull()
})
