import type { Buffer } from 'node:buffer'
import type { EventMessage, Procedure } from '../protocol/procedure.ts'
import * as qemu from '../protocol/qemu.gen.ts'
import * as remote from '../protocol/remote.gen.ts'
import {
  decodeMessage,
  encodeMessage,
  keepalivePing,
  keepaliveProgram,
  messageStatus,
  messageType,
} from '../rpc/message.ts'
import type { MessageHeader } from '../rpc/message.ts'
import { readRemoteError, writeRemoteError } from '../rpc/remote-error.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import type { XdrWriter } from '../xdr/xdr-writer.ts'

/** One message of a recorded conversation, understood. */
export interface Frame {
  readonly header: MessageHeader
  /** `DOMAIN_GET_STATE`, `PING`, ... */
  readonly name: string
  readonly kind: 'call' | 'reply' | 'error' | 'event' | 'keepalive' | 'stream'
  readonly body: unknown
  /** The message made anew from what was understood of it. */
  readonly encoded: Buffer
}

type Codec = Procedure<unknown, unknown> | EventMessage<unknown>

const codecs = new Map<string, Codec>()
for (const one of [...Object.values(remote), ...Object.values(qemu)]) {
  if (typeof one === 'number') continue
  // Each codec is used only on what it wrote or read itself.
  codecs.set(`${one.program}/${one.number}`, one as unknown as Codec)
}

/** Takes one whole message apart, whatever it is. Throws LIBVIRT_BAD_BYTES, or an Error for a message that no table has. */
export const readFrame = (bytes: Uint8Array): Frame => {
  const { header, payload } = decodeMessage(bytes)
  const frame = (name: string, kind: Frame['kind'], body: unknown, write: (w: XdrWriter) => void): Frame => {
    payload.end()
    return { header, name, kind, body, encoded: encodeMessage(header, write) }
  }
  if (header.program === keepaliveProgram) {
    return frame(header.procedure === keepalivePing ? 'PING' : 'PONG', 'keepalive', undefined, () => {})
  }
  const codec = codecs.get(`${header.program}/${header.procedure}`)
  if (codec === undefined) throw new Error(`no table has ${header.program}/${header.procedure}`)
  const { name } = codec
  if (header.status === messageStatus.error && header.type !== messageType.call) {
    const fields = payload.remaining === 0 ? undefined : readRemoteError(payload)
    return frame(name, 'error', fields, (writer) => {
      if (fields !== undefined) writeRemoteError(writer, fields)
    })
  }
  if (header.type === messageType.stream) {
    const data = payload.rest()
    return frame(name, 'stream', data, (writer) => writer.raw(data))
  }
  if ('read' in codec) {
    const body = codec.read(payload)
    return frame(name, 'event', body, (writer) => {
      codec.write(writer, body)
    })
  }
  return header.type === messageType.call
    ? callFrame(codec.readArgs, codec.writeArgs, 'call')
    : callFrame(codec.readRet, codec.writeRet, 'reply')

  function callFrame(
    read: (reader: XdrReader) => unknown,
    write: (writer: XdrWriter, value: unknown) => void,
    kind: 'call' | 'reply',
  ): Frame {
    const body = read(payload)
    return frame(name, kind, body, (writer) => {
      write(writer, body)
    })
  }
}
