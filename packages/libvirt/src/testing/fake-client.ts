import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { EventMessage, Procedure } from '../protocol/procedure.ts'
import { MessageSplitter } from '../rpc/message-splitter.ts'
import {
  decodeMessage,
  encodeKeepalive,
  encodeMessage,
  keepalivePing,
  keepalivePong,
  keepaliveProgram,
  messageStatus,
  messageType,
  programVersion,
} from '../rpc/message.ts'
import type { MessageHeader } from '../rpc/message.ts'
import { writeRemoteError } from '../rpc/remote-error.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import { DaemonError } from './daemon-error.ts'

/** One call as the fake daemon got it. */
export interface ReceivedCall {
  readonly name: string
  readonly args: unknown
  readonly serial: number
  readonly client: FakeClient
}

/** Which call. */
export interface ProcedureNumber {
  readonly program: number
  readonly number: number
}

/** A message of a stream as the fake daemon got it. */
export interface ReceivedStreamMessage {
  readonly serial: number
  readonly status: 'finish' | 'abort' | 'data'
  readonly data: Uint8Array
  readonly client: FakeClient
}

export type Answer = (args: unknown, call: ReceivedCall) => unknown

/** A procedure and how it is answered. */
export interface Responder {
  readonly procedure: Procedure<never, unknown>
  readonly answer: Answer
}

export interface FakeClientOptions {
  readonly responderFor: (program: number, procedure: number) => Responder | undefined
  readonly onCall: (call: ReceivedCall) => void
  readonly onStream: (message: ReceivedStreamMessage) => void
  /** As the server's max_client_requests: with so many calls unanswered the socket is no longer read. */
  readonly maxRequests: number
}

/** The fake daemon's side of one connection. */
export class FakeClient {
  readonly #stream: Duplex
  readonly #options: FakeClientOptions
  readonly #splitter = new MessageSplitter()
  #unanswered = 0
  #pings = 0
  #pongs = 0
  #mute = false

  constructor(stream: Duplex, options: FakeClientOptions) {
    this.#stream = stream
    this.#options = options
    stream.on('data', (chunk: Buffer) => {
      for (const bytes of this.#splitter.push(chunk)) {
        const { header, payload } = decodeMessage(bytes)
        this.#receive(header, payload)
      }
    })
    // A client that goes away is no mistake of the daemon's.
    stream.on('error', () => {})
    stream.on('end', () => {
      stream.destroy()
    })
  }

  get isClosed(): boolean {
    return this.#stream.destroyed
  }

  /** Pings that the client sent, and pongs that it answered with. */
  get keepalives(): { readonly pings: number; readonly pongs: number } {
    return { pings: this.#pings, pongs: this.#pongs }
  }

  get unanswered(): number {
    return this.#unanswered
  }

  sendEvent<Body>(event: EventMessage<Body>, body: Body): void {
    const header = { program: event.program, version: programVersion, procedure: event.number, serial: 0 }
    this.write(
      encodeMessage({ ...header, type: messageType.message, status: messageStatus.ok }, (writer) => {
        event.write(writer, body)
      }),
    )
  }

  /** Bytes of the stream that the call of this serial opened; none is their end. */
  sendStreamData(procedure: ProcedureNumber, serial: number, data: Uint8Array): void {
    this.#sendStream(procedure, serial, messageStatus.continue, (writer) => writer.raw(data))
  }

  /** The daemon's last word on a stream. */
  endStream(procedure: ProcedureNumber, serial: number, failure?: DaemonError): void {
    if (failure === undefined) this.#sendStream(procedure, serial, messageStatus.ok, () => {})
    else {
      this.#sendStream(procedure, serial, messageStatus.error, (writer) => {
        writeRemoteError(writer, failure.fields)
      })
    }
  }

  #sendStream(
    procedure: ProcedureNumber,
    serial: number,
    status: number,
    writePayload: Parameters<typeof encodeMessage>[1],
  ): void {
    const { program, number } = procedure
    const header = { program, version: programVersion, procedure: number, type: messageType.stream, serial, status }
    this.write(encodeMessage(header, writePayload))
  }

  ping(): void {
    this.write(encodeKeepalive(keepalivePing))
  }

  /** Bytes as they are: whole messages, parts of them, or rubbish. */
  write(bytes: Uint8Array): void {
    if (!this.#stream.destroyed) this.#stream.write(bytes)
  }

  /** From now on nothing is answered, pings included: a host that lost its power. */
  mute(): void {
    this.#mute = true
  }

  /** Breaks the connection. */
  drop(error?: Error): void {
    this.#stream.destroy(error)
  }

  #receive(header: MessageHeader, payload: XdrReader): void {
    if (header.program === keepaliveProgram) {
      if (header.procedure === keepalivePong) this.#pongs += 1
      else {
        this.#pings += 1
        if (!this.#mute) this.write(encodeKeepalive(keepalivePong))
      }
      return
    }
    if (this.#mute) return
    if (header.type === messageType.stream) {
      const status = header.status === messageStatus.ok ? 'finish' : header.status === 1 ? 'abort' : 'data'
      this.#options.onStream({ serial: header.serial, status, data: payload.rest(), client: this })
      return
    }
    this.#unanswered += 1
    if (this.#unanswered >= this.#options.maxRequests) this.#stream.pause()
    void this.#answer(header, payload).finally(() => {
      this.#unanswered -= 1
      if (!this.#stream.destroyed) this.#stream.resume()
    })
  }

  async #answer(header: MessageHeader, payload: XdrReader): Promise<void> {
    const responder = this.#options.responderFor(header.program, header.procedure)
    try {
      if (responder === undefined) {
        throw new DaemonError('VIR_ERR_RPC', `unknown procedure: ${header.procedure}`, { domain: 7 })
      }
      const args = responder.procedure.readArgs(payload)
      payload.end()
      const call = { name: responder.procedure.name, args, serial: header.serial, client: this }
      this.#options.onCall(call)
      const answered = responder.answer(args, call)
      // An answer at hand is sent at once, so that a test decides the order of messages by the order of its statements.
      const ret = answered instanceof Promise ? await answered : answered
      this.#reply(header, messageStatus.ok, (writer) => {
        responder.procedure.writeRet(writer, ret)
      })
    } catch (error) {
      const failure = error instanceof DaemonError ? error : new DaemonError('VIR_ERR_INTERNAL_ERROR', String(error))
      this.#reply(header, messageStatus.error, (writer) => {
        writeRemoteError(writer, failure.fields)
      })
    }
  }

  #reply(header: MessageHeader, status: number, writePayload: Parameters<typeof encodeMessage>[1]): void {
    if (this.#mute) return
    this.write(encodeMessage({ ...header, type: messageType.reply, status }, writePayload))
  }
}
