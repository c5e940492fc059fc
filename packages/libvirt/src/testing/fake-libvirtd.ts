/**
 * A libvirt daemon for tests that speaks real bytes and does what it is told.
 *
 * @example
 * await using daemon = await FakeLibvirtd.listen()
 * daemon.respond(remote.domainLookupByName, ({ name }) => ({ dom: { name, uuid: someUuid, id: 1 } }))
 * await using connection = await connect(daemon.uri)
 *
 * @module
 */
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { duplexPair } from 'node:stream'
import type { Duplex } from 'node:stream'
import type { EventMessage, Procedure } from '../protocol/procedure.ts'
import * as remote from '../protocol/remote.gen.ts'
import { FakeClient } from './fake-client.ts'
import type { ReceivedCall, ReceivedStreamMessage, Responder } from './fake-client.ts'

export { DaemonError } from './daemon-error.ts'
export { FakeClient } from './fake-client.ts'
export type { ReceivedCall, ReceivedStreamMessage } from './fake-client.ts'
export { ManualClock } from './manual-clock.ts'
export * as qemu from '../protocol/qemu.gen.ts'
export * as remote from '../protocol/remote.gen.ts'

export interface FakeLibvirtdOptions {
  /** 11.3.0 unless given, as in `11003000`. */
  readonly libVersion?: number
  /** 5 unless given, as in libvirtd.conf's max_client_requests. */
  readonly maxRequests?: number
}

export class FakeLibvirtd implements AsyncDisposable {
  /** Every call received, in order. */
  readonly calls: ReceivedCall[] = []
  /** Every client that ever connected, in order; see {@link FakeClient.isClosed}. */
  readonly clients: FakeClient[] = []
  /** Called for what clients send on streams. */
  onStream: (message: ReceivedStreamMessage) => void = () => {}
  readonly #responders = new Map<string, Responder>()
  readonly #maxRequests: number
  #server: Server | undefined
  #nextCallbackId = 0

  constructor({ libVersion = 11_003_000, maxRequests = 5 }: FakeLibvirtdOptions = {}) {
    this.#maxRequests = maxRequests
    this.respond(remote.authList, () => ({ types: [0] }))
    this.respond(remote.connectSupportsFeature, () => ({ supported: 1 }))
    this.respond(remote.connectOpen, () => undefined)
    this.respond(remote.connectClose, () => undefined)
    this.respond(remote.connectGetLibVersion, () => ({ libVer: BigInt(libVersion) }))
    this.respond(remote.connectRegisterCloseCallback, () => undefined)
    // As in libvirt, ids start at 0 and count for all clients together.
    this.respond(remote.connectDomainEventCallbackRegisterAny, () => ({ callbackID: this.#nextCallbackId++ }))
    this.respond(remote.connectDomainEventCallbackDeregisterAny, () => undefined)
  }

  /** A daemon behind a TCP port of this machine, or behind a unix socket at `path`. */
  static async listen(options: FakeLibvirtdOptions & { readonly path?: string } = {}): Promise<FakeLibvirtd> {
    const daemon = new FakeLibvirtd(options)
    const server = createServer({ noDelay: true }, (socket) => {
      daemon.accept(socket)
    })
    daemon.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.path === undefined ? { port: 0, host: '127.0.0.1' } : { path: options.path }, resolve)
    })
    return daemon
  }

  /** For connect(); only when it listens. */
  get uri(): string {
    const address = this.#server?.address()
    if (address === null || address === undefined)
      throw new Error('this fake daemon does not listen; use its transport')
    return typeof address === 'string' ? `qemu+unix:///system?socket=${address}` : tcpUri(address)
  }

  /** For connect()'s option `transport`: a connection without any socket. */
  readonly transport = async (): Promise<Duplex> => {
    const [ours, theirs] = duplexPair()
    this.accept(ours)
    return theirs
  }

  /** Serves one more client over `stream`. */
  accept(stream: Duplex): FakeClient {
    const client = new FakeClient(stream, {
      responderFor: (program, procedure) => this.#responders.get(`${program}/${procedure}`),
      onCall: (call) => {
        this.calls.push(call)
      },
      onStream: (message) => {
        this.onStream(message)
      },
      maxRequests: this.#maxRequests,
    })
    this.clients.push(client)
    return client
  }

  /**
   * Answers a procedure from now on. A value answers at once, a promise when it settles; a {@link DaemonError} thrown is sent as
   * libvirt sends its errors.
   */
  respond<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    answer: (args: Args, call: ReceivedCall) => NoInfer<Ret> | Promise<NoInfer<Ret>>,
  ): void {
    // Args and Ret belong to the procedure under whose number both are kept.
    this.#responders.set(`${procedure.program}/${procedure.number}`, { procedure, answer } as unknown as Responder)
  }

  /** Sends an event to every client that is connected. */
  sendEvent<Body>(event: EventMessage<Body>, body: Body): void {
    for (const client of this.clients) client.sendEvent(event, body)
  }

  /** The arguments of every call of `procedure` so far. */
  callsOf<Args, Ret>(procedure: Procedure<Args, Ret>): Args[] {
    return this.calls.filter(({ name }) => name === procedure.name).map(({ args }) => args as Args)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.clients) client.drop()
    const server = this.#server
    if (server === undefined) return
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
    })
  }
}

const tcpUri = ({ port }: AddressInfo): string => `qemu+tcp://127.0.0.1:${port}/system`
