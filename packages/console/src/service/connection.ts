/** Whether the service answers, as the requests of this page show it. */
export interface ConnectionState {
  /** Since when nothing was answered, in milliseconds since 1970; null while it answers. */
  readonly lostSince: number | null
}

/** Between two comments of a stream pass 15 s: one that is silent for longer than two of them is cut. */
const silentMs = 40_000
const answerMs = 30_000

/** A `fetch` that notes when the service stops answering, and gives up what would hang. */
export class Connection {
  #state: ConnectionState = { lostSince: null }
  readonly #listeners = new Set<() => void>()
  readonly #fetch: typeof fetch
  readonly #now: () => number

  constructor(
    given: typeof fetch = (input, init) => globalThis.fetch(input, init),
    now: () => number = () => Date.now(),
  ) {
    this.#fetch = given
    this.#now = now
  }

  readonly state = (): ConnectionState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const slow = new AbortController()
    const timer = setTimeout(() => slow.abort(new Error(`no answer within ${answerMs / 1000} s`)), answerMs)
    const given = init.signal ?? null
    const signal = given === null ? slow.signal : AbortSignal.any([given, slow.signal])
    try {
      const response = await this.#fetch(input, { ...init, signal })
      this.#set(null)
      const streamed = response.headers.get('content-type')?.startsWith('text/event-stream') === true
      if (!streamed || response.body === null) return response
      const body = untilSilent(response.body, silentMs, () => this.#lost())
      return new Response(body, response)
    } catch (error) {
      if (given?.aborted !== true) this.#lost()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #lost(): void {
    if (this.#state.lostSince === null) this.#set(this.#now())
  }

  #set(lostSince: number | null): void {
    if (lostSince === this.#state.lostSince) return
    this.#state = { lostSince }
    for (const listener of this.#listeners) listener()
  }
}

/** The same bytes; fails where none come for that long, and tells of any break. */
function untilSilent(body: ReadableStream<Uint8Array>, mostMs: number, onLost: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  /** Whoever has read enough lets go of it: that it ends then is no break. */
  let isLeft = false
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`nothing came for ${mostMs / 1000} s`)), mostMs)
      })
      try {
        const { done, value } = await Promise.race([reader.read(), silence])
        if (isLeft) return
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        if (isLeft) return
        onLost()
        void reader.cancel().catch(() => undefined)
        controller.error(error)
      } finally {
        clearTimeout(timer)
      }
    },
    cancel: (reason) => {
      isLeft = true
      return reader.cancel(reason)
    },
  })
}
