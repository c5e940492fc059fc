import type { Buffer } from 'node:buffer'
import type { XdrReader } from '../xdr/xdr-reader.ts'

export interface PendingCall {
  readonly procedure: { readonly program: number; readonly number: number; readonly name: string }
  readonly serial: number
  readonly bytes: Buffer
  readonly long: boolean
  /** Gone when the caller stopped waiting; the place stays taken until the daemon replies. */
  waiter: Waiter | undefined
  /** The daemon has done what nobody waits for any more. */
  readonly onUnwanted: ((payload: XdrReader) => void) | undefined
}

export interface Waiter {
  readonly onReply: (payload: XdrReader) => void
  readonly reject: (error: Error) => void
  readonly release: () => void
}

/**
 * The calls of one connection that have no answer yet: those that were sent, and those that wait for a place.
 *
 * The server takes `max_client_requests` (5) calls of a connection; while five are unanswered it stops reading the socket,
 * answers to its own pings included, and cuts it (libvirt 11.3 with five migrations outstanding: after 30.0 s; with four it
 * stayed). So at most `maxInFlight` (4) are sent, the rest waits here.
 */
export class CallQueue {
  readonly #maxInFlight: number
  readonly #write: (bytes: Buffer) => void
  readonly #inFlight = new Map<number, PendingCall>()
  #longInFlight = 0
  readonly #queue: PendingCall[] = []

  constructor(maxInFlight: number, write: (bytes: Buffer) => void) {
    this.#maxInFlight = maxInFlight
    this.#write = write
  }

  /** Calls sent and not answered yet, and calls waiting to be sent. */
  get load(): { readonly inFlight: number; readonly queued: number } {
    return { inFlight: this.#inFlight.size, queued: this.#queue.length }
  }

  /** Every place is held by a call that nobody waits for any more. */
  get isForsaken(): boolean {
    const sent = [...this.#inFlight.values()]
    return sent.length >= this.#maxInFlight && sent.every(({ waiter }) => waiter === undefined)
  }

  add(call: PendingCall): void {
    this.#queue.push(call)
    this.sendNext()
  }

  /** Past the queue and its limit. */
  sendNow(call: PendingCall): void {
    this.#inFlight.set(call.serial, call)
    if (call.long) this.#longInFlight += 1
    this.#write(call.bytes)
  }

  /** Sends what has a place now. */
  sendNext(): void {
    for (let index = 0; index < this.#queue.length && this.#inFlight.size < this.#maxInFlight;) {
      const call = this.#queue[index]
      if (call === undefined) break
      if (call.long && this.#longInFlight >= Math.max(1, this.#maxInFlight - 1)) {
        index += 1
        continue
      }
      this.#queue.splice(index, 1)
      this.sendNow(call)
    }
  }

  /** The call of that serial that was sent and has no answer yet. */
  sent(serial: number): PendingCall | undefined {
    return this.#inFlight.get(serial)
  }

  /** Its place is free; the next one is sent by {@link sendNext}. */
  answered(call: PendingCall): void {
    if (this.#inFlight.delete(call.serial) && call.long) this.#longInFlight -= 1
  }

  /** Not sent any more, if it was not yet: what was sent keeps its place until the daemon replies. */
  withdraw(call: PendingCall): void {
    const queued = this.#queue.indexOf(call)
    if (queued !== -1) this.#queue.splice(queued, 1)
  }

  /** Forgets all of them, and returns them. */
  clear(): readonly PendingCall[] {
    const pending = [...this.#inFlight.values(), ...this.#queue]
    this.#inFlight.clear()
    this.#queue.length = 0
    return pending
  }
}
