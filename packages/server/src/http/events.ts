import type { Client, NumberedUpdate, PlanUpdate } from '@landfall/api'
import { eventNames, problemOf } from '@landfall/api'
import type { Context } from 'hono'
import type { SSEStreamingApi } from 'hono/streaming'
import { streamSSE } from 'hono/streaming'
import { tellable } from '../errors.ts'

/** A store answers within that, whether there is such a migration. */
const firstWithinMs = 300
/** A comment so often keeps what stands between from taking the connection for dead, and finds out who has gone. */
const keepAliveMs = 15_000
const encoder = new TextEncoder()

/**
 * Streams what is told of a migration behind that number, to its end.
 *
 * @param onOver called when the stream is over; not where there is none
 */
export async function streamUpdates(
  context: Context,
  client: Client,
  { id, after, onOver }: { readonly id: string; readonly after: number; readonly onOver: () => void },
): Promise<Response> {
  const gone = new AbortController()
  // One that is not there is known by then, and answered with a problem, not with a stream.
  const updates = client.updates(id, { after, signal: gone.signal })[Symbol.asyncIterator]()
  const first = updates.next()
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, firstWithinMs))])
  return stream(context, { gone, onOver }, async (to) => {
    for (let next = await first; next.done !== true; next = await updates.next()) await to.write(framed(next.value))
    if (!gone.signal.aborted) await to.writeSSE({ event: eventNames.end, data: '' })
  })
}

/** What a migration tells is written down once for all who follow it. */
const frames = new WeakMap<NumberedUpdate, Uint8Array>()

function framed(told: NumberedUpdate): Uint8Array {
  const known = frames.get(told)
  if (known !== undefined) return known
  const { number, update } = told
  // JSON has no line break in it.
  const frame = encoder.encode(`event: ${eventNames.update}\ndata: ${JSON.stringify(update)}\nid: ${number}\n\n`)
  frames.set(told, frame)
  return frame
}

/** Answers with what is made; with what is told meanwhile before that, where the request accepts text/event-stream. */
export function answerMade<Made>(
  context: Context,
  make: (onUpdate: (update: PlanUpdate) => void) => Promise<Made>,
  onOver: () => void,
): Response | Promise<Made> {
  if (!/\btext\/event-stream\b/.test(context.req.header('accept') ?? '')) return make(() => undefined).finally(onOver)
  return stream(context, { gone: new AbortController(), onOver }, async (to) => {
    let sending: Promise<void> = Promise.resolve()
    const result = await make((update) => {
      sending = sending.then(() => to.writeSSE({ event: eventNames.update, data: JSON.stringify(update) }))
    })
    await sending
    await to.writeSSE({ event: eventNames.planned, data: JSON.stringify(result) })
  })
}

/** The number of the last update that was seen, as `Last-Event-ID` has it; 0 for none. */
export function lastEventId(context: Context): NumberedUpdate['number'] {
  const text = context.req.header('last-event-id') ?? ''
  return /^\d{1,16}$/.test(text) ? Number(text) : 0
}

interface StreamOptions {
  /** Aborted when the reader has gone. */
  readonly gone: AbortController
  readonly onOver: () => void
}

function stream(
  context: Context,
  { gone, onOver }: StreamOptions,
  send: (to: SSEStreamingApi) => Promise<void>,
): Response {
  return streamSSE(context, async (to) => {
    to.onAbort(() => gone.abort())
    const keepAlive = setInterval(() => void to.write(': here\n\n'), keepAliveMs)
    keepAlive.unref()
    try {
      await send(to)
    } catch (error) {
      const told = tellable(error)
      await to.writeSSE({ event: eventNames.problem, data: JSON.stringify(problemOf(told)) })
    } finally {
      clearInterval(keepAlive)
      onOver()
    }
  })
}
