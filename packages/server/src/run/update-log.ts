import type { MigrationUpdate, NumberedUpdate } from '@landfall/api'

type End = { readonly kind: 'told' | 'left' } | { readonly kind: 'failed'; readonly error: unknown }

/** Further than that, in numbers, no two servers' clocks lie apart: a minute. Whoever comes from there comes from another time. */
const farAhead = 60_000_000

/** Somebody who reads, and is at the end. */
interface Reader {
  wake: () => void
}

/**
 * What a migration has told so far, numbered, for everybody who follows it: whoever comes late reads it from the beginning, and
 * whoever was cut off goes on where it was. A sample is kept until the next one, so that a migration of days takes no more room
 * than its decisions, and a reader that is slow gets the newest.
 *
 * Worked example: `step` 1, `sample` 2, `sample` 3, `act` 4 is read from the beginning as 1, 3, 4.
 */
export class UpdateLog {
  readonly #onTold: (update: MigrationUpdate) => void
  readonly #onFailed: (error: unknown) => void
  readonly #kept: NumberedUpdate[] = []
  readonly #readers = new Set<Reader>()
  #latest: number
  #end: End | null = null

  /**
   * @param before numbers begin behind it. They go by the time, a thousand a millisecond, so that whoever was cut off by a restart,
   *   or comes from another server, reads everything that is told after what was seen there
   */
  constructor(
    before = 0,
    onTold: (update: MigrationUpdate) => void = () => undefined,
    onFailed: (error: unknown) => void = () => undefined,
  ) {
    this.#latest = before
    this.#onTold = onTold
    this.#onFailed = onFailed
  }

  /** Adds an update; `refused` and `ended` are the last. Nothing is added behind those. */
  tell(update: MigrationUpdate): void {
    if (this.#end !== null) return
    if (update.kind === 'sample') this.#forgetSample()
    this.#latest = Math.max(this.#latest + 1, Math.floor(update.at * 1000))
    this.#kept.push({ number: this.#latest, update })
    if (update.kind === 'refused' || update.kind === 'ended') this.#end = { kind: 'told' }
    this.#onTold(update)
    this.#wake()
  }

  /** Nothing more will be told, and this is why: everybody who reads gets it. */
  fail(error: unknown): void {
    if (this.#end !== null) return
    this.#end = { kind: 'failed', error }
    this.#onFailed(error)
    this.#wake()
  }

  /** Nothing more will be told here: it goes on elsewhere. */
  leave(): void {
    if (this.#end !== null) return
    this.#end = { kind: 'left' }
    this.#wake()
  }

  get isLeft(): boolean {
    return this.#end?.kind === 'left'
  }

  get hasEnded(): boolean {
    return this.#end !== null
  }

  /** The number behind which it goes on: of what it told last, or where it began. */
  get latest(): number {
    return this.#latest
  }

  /** When it has last told something; when it was opened, where it has told nothing yet. */
  get latestAt(): number {
    return this.#latest / 1000
  }

  /** All that a reader from the beginning would get by now. */
  get kept(): readonly NumberedUpdate[] {
    return this.#kept
  }

  /** What {@link fail} was given; null otherwise. */
  get failure(): unknown {
    return this.#end?.kind === 'failed' ? this.#end.error : null
  }

  /**
   * Reads on behind that number, as it is told, to the end, or to where it {@link leave | goes on elsewhere}.
   *
   * @throws what {@link fail} was given
   */
  async *after(number = 0, signal?: AbortSignal): AsyncGenerator<NumberedUpdate, void, undefined> {
    // One for as long as it reads: listening anew for each update costs more than the update.
    const reader: Reader = { wake: () => undefined }
    const onAbort = (): void => reader.wake()
    this.#readers.add(reader)
    signal?.addEventListener('abort', onAbort)
    try {
      let last = this.#from(number)
      for (;;) {
        const next = this.#nextAfter(last)
        if (next !== undefined) {
          last = next.number
          yield next
        } else if (this.#end?.kind === 'failed') throw this.#end.error
        else if (this.#end !== null || signal?.aborted === true) return
        else await new Promise<void>((resolve) => (reader.wake = resolve))
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#readers.delete(reader)
    }
  }

  /**
   * Behind what somebody goes on who has seen that number. One that is not reached here yet is of another server, whose clock goes
   * before this one's: what is told from now on is new, and so is the end. One that lies far ahead is from before a clock was set
   * back: then all is.
   */
  #from(number: number): number {
    if (number <= this.#latest) return number
    if (number > this.#latest + farAhead) return 0
    return this.#end?.kind === 'told' ? this.#latest - 1 : this.#latest
  }

  #nextAfter(number: number): NumberedUpdate | undefined {
    let found: NumberedUpdate | undefined
    // Most readers are at the end.
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      const each = this.#kept[index]
      if (each === undefined || each.number <= number) break
      found = each
    }
    return found
  }

  #forgetSample(): void {
    const index = this.#kept.findLastIndex(({ update }) => update.kind === 'sample')
    if (index >= 0) this.#kept.splice(index, 1)
  }

  #wake(): void {
    for (const { wake } of this.#readers) wake()
  }
}
