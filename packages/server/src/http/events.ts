import type { Client, NumberedUpdate, PlanUpdate } from '@landfall/api'
import { eventNames, problemOf } from '@landfall/api'
import type { Context } from 'hono'
import { tellable } from '../errors.ts'
import { sampleEveryMs, SamplePace } from './limits/sample-pace.ts'

/** A store answers within that, whether there is such a migration. */
const firstWithinMs = 300
/** A comment so often keeps what stands between from taking the connection for dead, and finds out who has gone. */
const keepAliveMs = 15_000

export interface StreamOptions {
  readonly id: string
  /** The number of the last update that is not to be sent. */
  readonly after: number
  /** How many there are just now, this one included. */
  readonly streams: () => number
  /** Called when the stream is over; not where there is none. */
  readonly onOver: () => void
  /** Whether whoever reads it still may: asked now and then. */
  readonly mayStillRead: () => Promise<boolean>
}

/** Streams what is told of a migration behind that number, to its end. */
export async function streamUpdates(
  context: Context,
  client: Client,
  { id, after, streams, onOver, mayStillRead }: StreamOptions,
): Promise<Response> {
  const gone = new AbortController()
  // One that is not there is known by then, and answered with a problem, not with a stream.
  const updates = client.updates(id, { after, signal: gone.signal })[Symbol.asyncIterator]()
  const first = updates.next()
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, firstWithinMs))])
  const over = Promise.withResolvers<unknown>()
  context.set('over', over.promise)
  const told = { streams, onOver, onFailed: over.resolve }
  return stream(context, framesOf(first, updates, gone.signal, told), { onGone: () => gone.abort(), mayStillRead })
}

async function* framesOf(
  first: Promise<IteratorResult<NumberedUpdate, void>>,
  updates: AsyncIterator<NumberedUpdate, void>,
  gone: AbortSignal,
  {
    streams,
    onOver,
    onFailed,
  }: Pick<StreamOptions, 'onOver' | 'streams'> & { readonly onFailed: (error: unknown) => void },
): AsyncGenerator<Uint8Array, void> {
  const pace = new SamplePace()
  try {
    for (let next = await first; next.done !== true; next = await updates.next()) {
      for (const told of pace.send(next.value, sampleEveryMs(streams()))) yield framed(told)
    }
    if (!gone.aborted) yield frame(eventNames.end, '')
  } catch (error) {
    onFailed(error)
    yield problemFrame(error)
  } finally {
    onFailed(null)
    onOver()
  }
}

/** What a migration tells is written down once for all who follow it. */
const frames = new WeakMap<NumberedUpdate, Uint8Array>()

function framed(told: NumberedUpdate): Uint8Array {
  const known = frames.get(told)
  if (known !== undefined) return known
  const made = frame(eventNames.update, JSON.stringify(told.update), told.number)
  frames.set(told, made)
  return made
}

/** @param data without a line break, as JSON is */
function frame(event: string, data: string, id: number | null = null): Uint8Array {
  return Buffer.from(`event: ${event}\ndata: ${data}\n${id === null ? '' : `id: ${id}\n`}\n`)
}

const problemFrame = (error: unknown): Uint8Array =>
  frame(eventNames.problem, JSON.stringify(problemOf(tellable(error))))

/** Answers with what is made; with what is told meanwhile before that, where the request accepts text/event-stream. */
export function answerMade<Made>(
  context: Context,
  make: (onUpdate: (update: PlanUpdate) => void) => Promise<Made>,
  onOver: () => void,
): Response | Promise<Made> {
  if (!/\btext\/event-stream\b/.test(context.req.header('accept') ?? '')) return make(() => undefined).finally(onOver)
  // It is made to its end, also where its reader has gone.
  let isRead = true
  const over = Promise.withResolvers<unknown>()
  context.set('over', over.promise)
  const making = new ReadableStream<Uint8Array>({
    start: async (to) => {
      const send = (event: string, data: unknown): void => {
        if (isRead) to.enqueue(frame(event, JSON.stringify(data)))
      }
      try {
        send(eventNames.planned, await make((update) => send(eventNames.update, update)))
        over.resolve(null)
      } catch (error) {
        over.resolve(error)
        if (isRead) to.enqueue(problemFrame(error))
      } finally {
        onOver()
        if (isRead) to.close()
      }
    },
    cancel: () => void (isRead = false),
  })
  return stream(context, making.values())
}

/** The number of the last update that was seen, as `Last-Event-ID` has it; 0 for none. */
export function lastEventId(context: Context): NumberedUpdate['number'] {
  const text = context.req.header('last-event-id') ?? ''
  return /^\d{1,16}$/.test(text) ? Number(text) : 0
}

const here = Buffer.from(': here\n\n')

/** Each is asked for once its reader has taken the one before: nothing piles up for a reader that is slow. */
function stream(
  context: Context,
  frames: AsyncIterator<Uint8Array, unknown>,
  {
    onGone = () => undefined,
    mayStillRead = () => Promise.resolve(true),
  }: { readonly onGone?: () => void; readonly mayStillRead?: StreamOptions['mayStillRead'] } = {},
): Response {
  let keepAlive: NodeJS.Timeout | undefined
  let isRead = true
  const leave = (): void => {
    isRead = false
    clearInterval(keepAlive)
    onGone()
    void frames.return?.()
  }
  const body = new ReadableStream<Uint8Array>({
    start: (to) => {
      const look = async (): Promise<void> => {
        const may = await mayStillRead()
        if (!isRead) return
        if (may) {
          if ((to.desiredSize ?? 0) > 0) to.enqueue(here)
          return
        }
        leave()
        to.close()
      }
      keepAlive = setInterval(() => void look(), keepAliveMs)
      keepAlive.unref()
    },
    pull: async (to) => {
      const next = await frames.next()
      if (!isRead) return
      if (next.done !== true) return to.enqueue(next.value)
      isRead = false
      clearInterval(keepAlive)
      to.close()
    },
    cancel: leave,
  })
  return context.body(body, 200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'transfer-encoding': 'chunked',
    connection: 'keep-alive',
  })
}
