import { createParser } from 'eventsource-parser'

export interface ServerSentEvent {
  /** The last ID that was given; undefined before the first. */
  readonly id: string | undefined
  readonly event: string
  readonly data: string
}

/** The events of an answer's body, as they come; ends where the body does. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void, undefined> {
  let waiting: ServerSentEvent[] = []
  const parser = createParser({
    onEvent: ({ id, event = 'message', data }) => waiting.push({ id, event, data }),
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      const events = waiting
      waiting = []
      yield* events
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
