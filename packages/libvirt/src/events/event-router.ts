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

/** One registration with the daemon, and everybody here whom its events are for. */
interface Shared {
  readonly handlers: Set<Deliver>
  readonly callbackId: Promise<number>
}

/**
 * Brings each event of a connection to the handlers it was registered for. Callback ids belong to the connection; the first events
 * may come before the reply that tells the id, so while a registration is under way events of unknown ids are held.
 *
 * A daemon takes one registration of a connection for an event of a domain, or of all domains, and refuses a second one ("event
 * callback already tracked"): handlers of the same share it.
 */
export class EventRouter {
  readonly #caller: Caller
  readonly #isOpen: () => boolean
  readonly #onHandlerError: (error: unknown) => void
  readonly #shared = new Map<string, Shared>()
  /** Registrations that are being given back: the daemon may carry out two calls in any order. */
  readonly #leaving = new Map<string, Promise<unknown>>()
  readonly #handlers = new Map<number, ReadonlySet<Deliver>>()
  #registering = 0
  #held: { readonly callbackId: number; readonly payload: unknown }[] = []

  constructor(caller: Caller, isOpen: () => boolean, onHandlerError: (error: unknown) => void) {
    this.#caller = caller
    this.#isOpen = isOpen
    this.#onHandlerError = onHandlerError
  }

  /** Handlers registered now. */
  get size(): number {
    return [...this.#handlers.values()].reduce((sum, { size }) => sum + size, 0)
  }

  async register<Name extends DomainEventName>(
    name: Name,
    handler: (event: DomainEvents[Name]) => void,
    domain: DomainRef | undefined,
  ): Promise<EventRegistration> {
    const key = `${eventTable[name].id}/${domain?.uuid ?? ''}`
    // The same function may be registered twice, and is then told twice.
    const deliver: Deliver = (payload) => handler(payload)
    while (this.#leaving.has(key)) await this.#leaving.get(key)
    const shared = this.#shared.get(key) ?? this.#share(key, name, domain)
    shared.handlers.add(deliver)
    const callbackId = await shared.callbackId
    const deregister = (): Promise<void> => this.#deregister(key, shared, callbackId, deliver)
    return { callbackId, deregister, [Symbol.asyncDispose]: deregister }
  }

  #share(key: string, name: DomainEventName, domain: DomainRef | undefined): Shared {
    const handlers = new Set<Deliver>()
    const shared: Shared = { handlers, callbackId: this.#registerOnce(key, name, domain, handlers) }
    this.#shared.set(key, shared)
    // Whoever waits for it is told; the next one tries again.
    shared.callbackId.catch(() => {
      if (this.#shared.get(key) === shared) this.#shared.delete(key)
    })
    return shared
  }

  async #registerOnce(
    key: string,
    name: DomainEventName,
    domain: DomainRef | undefined,
    handlers: ReadonlySet<Deliver>,
  ): Promise<number> {
    this.#registering += 1
    try {
      const args = { eventID: eventTable[name].id, dom: domain }
      const { callbackID } = await this.#caller.call(remote.connectDomainEventCallbackRegisterAny, args, {
        onReply: (reply) => {
          this.#handlers.set(reply.callbackID, handlers)
          this.#releaseHeld(reply.callbackID)
        },
        // Left alone it would stand in the way of every later one of its kind.
        onUnwanted: (late) => void this.#giveBack(key, late.callbackID).catch(() => undefined),
      })
      return callbackID
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
    this.#shared.clear()
    this.#handlers.clear()
    this.#held = []
  }

  #releaseHeld(callbackId: number): void {
    const mine = this.#held.filter((event) => event.callbackId === callbackId)
    this.#held = this.#held.filter((event) => event.callbackId !== callbackId)
    for (const { payload } of mine) this.#deliver(callbackId, payload)
  }

  #deliver(callbackId: number, payload: unknown): void {
    for (const deliver of this.#handlers.get(callbackId) ?? []) {
      try {
        // The daemon sends under an id only the kind of event that was registered for it.
        deliver(payload as never)
      } catch (error) {
        this.#onHandlerError(error)
      }
    }
  }

  async #deregister(key: string, shared: Shared, callbackID: number, deliver: Deliver): Promise<void> {
    if (!shared.handlers.delete(deliver) || shared.handlers.size > 0) return
    if (this.#shared.get(key) === shared) this.#shared.delete(key)
    if (!this.#handlers.delete(callbackID) || !this.#isOpen()) return
    await this.#giveBack(key, callbackID)
  }

  async #giveBack(key: string, callbackID: number): Promise<void> {
    const left = this.#caller.call(remote.connectDomainEventCallbackDeregisterAny, { callbackID })
    const leaving = left.catch(() => undefined).then(() => this.#leaving.delete(key))
    this.#leaving.set(key, leaving)
    await left
  }
}
