import type { Caller } from '../rpc/caller.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { DomainRef } from '../protocol/structs.gen.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import type { DomainEventName, DomainEvents } from './domain-events.ts'
import { eventTable } from './event-table.ts'

/** A handler that is registered with the daemon until it is disposed of. */
export interface EventRegistration extends AsyncDisposable {
  readonly callbackId: number
  /** Stops the events and forgets the handler; harmless when done twice or when the connection is gone. */
  readonly deregister: () => Promise<void>
}

type Deliver = (payload: never) => void

// Far more than a daemon can send between a registration and its reply; a bound, so that a broken peer costs no memory.
const maxHeld = 10_000

const kindsByMessage = new Map(
  Object.values(eventTable).map((kind) => [`${kind.message.program}/${kind.message.number}`, kind]),
)

/**
 * Brings each event of a connection to the handler it was registered for. Callback ids belong to the connection; the first events
 * may come before the reply that tells the id, so while a registration is under way events of unknown ids are held.
 */
export class EventRouter {
  readonly #caller: Caller
  readonly #isOpen: () => boolean
  readonly #onHandlerError: (error: unknown) => void
  readonly #handlers = new Map<number, Deliver>()
  #registering = 0
  #held: { readonly callbackId: number; readonly payload: unknown }[] = []

  constructor(caller: Caller, isOpen: () => boolean, onHandlerError: (error: unknown) => void) {
    this.#caller = caller
    this.#isOpen = isOpen
    this.#onHandlerError = onHandlerError
  }

  /** Handlers registered now. */
  get size(): number {
    return this.#handlers.size
  }

  async register<Name extends DomainEventName>(
    name: Name,
    handler: (event: DomainEvents[Name]) => void,
    domain: DomainRef | undefined,
  ): Promise<EventRegistration> {
    const kind = eventTable[name]
    this.#registering += 1
    try {
      const args = { eventID: kind.id, dom: domain }
      const { callbackID } = await this.#caller.call(remote.connectDomainEventCallbackRegisterAny, args, {
        onReply: (reply) => {
          this.#handlers.set(reply.callbackID, handler)
          this.#releaseHeld(reply.callbackID)
        },
      })
      const deregister = (): Promise<void> => this.#deregister(callbackID)
      return { callbackId: callbackID, deregister, [Symbol.asyncDispose]: deregister }
    } finally {
      this.#registering -= 1
      if (this.#registering === 0) this.#held = []
    }
  }

  /** Takes one event message. Events that this client does not know were asked for by nobody. */
  accept(program: number, procedure: number, reader: XdrReader): void {
    const kind = kindsByMessage.get(`${program}/${procedure}`)
    if (kind === undefined) return
    const { callbackId, payload } = kind.read(reader, this.#caller)
    if (this.#handlers.has(callbackId)) this.#deliver(callbackId, payload)
    else if (this.#registering > 0 && this.#held.length < maxHeld) this.#held.push({ callbackId, payload })
  }

  clear(): void {
    this.#handlers.clear()
    this.#held = []
  }

  #releaseHeld(callbackId: number): void {
    const mine = this.#held.filter((event) => event.callbackId === callbackId)
    this.#held = this.#held.filter((event) => event.callbackId !== callbackId)
    for (const { payload } of mine) this.#deliver(callbackId, payload)
  }

  #deliver(callbackId: number, payload: unknown): void {
    try {
      // The daemon sends under an id only the kind of event that was registered for it.
      this.#handlers.get(callbackId)?.(payload as never)
    } catch (error) {
      this.#onHandlerError(error)
    }
  }

  async #deregister(callbackID: number): Promise<void> {
    if (!this.#handlers.delete(callbackID) || !this.#isOpen()) return
    await this.#caller.call(remote.connectDomainEventCallbackDeregisterAny, { callbackID })
  }
}
