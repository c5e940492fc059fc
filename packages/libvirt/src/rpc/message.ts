import type { Buffer } from 'node:buffer'
import { LibvirtClientError } from '../errors.ts'
import { XdrReader } from '../xdr/xdr-reader.ts'
import { XdrWriter } from '../xdr/xdr-writer.ts'

export const messageType = {
  call: 0,
  reply: 1,
  message: 2,
  stream: 3,
  callWithFds: 4,
  replyWithFds: 5,
  streamHole: 6,
} as const

export const messageStatus = { ok: 0, error: 1, continue: 2 } as const

export const keepaliveProgram = 0x6b656570
export const keepalivePing = 1
export const keepalivePong = 2

/** All programs spoken here have version 1. */
export const programVersion = 1

/** Length word and header. */
export const headerBytes = 28

/** VIR_NET_MESSAGE_MAX plus the length word. */
export const maxMessageBytes = 33_554_432 + 4

export interface MessageHeader {
  readonly program: number
  readonly version: number
  readonly procedure: number
  readonly type: number
  readonly serial: number
  readonly status: number
}

/** One whole message, ready for the socket: length, header, payload. */
export const encodeMessage = (header: MessageHeader, writePayload?: (writer: XdrWriter) => void): Buffer => {
  const writer = new XdrWriter()
  writer.u32(0).u32(header.program).u32(header.version).int(header.procedure)
  writer.u32(header.type).u32(header.serial).u32(header.status)
  writePayload?.(writer)
  if (writer.length > maxMessageBytes) {
    throw new LibvirtClientError(
      'LIBVIRT_BAD_ARGUMENT',
      `a message of ${writer.length} bytes; libvirt takes at most ${maxMessageBytes}`,
    )
  }
  return writer.patchU32(0, writer.length).finish()
}

/** Splits one whole message into its header and a reader that stands at its payload. */
export const decodeMessage = (bytes: Uint8Array): { header: MessageHeader; payload: XdrReader } => {
  const payload = new XdrReader(bytes, 4)
  const header = {
    program: payload.u32(),
    version: payload.u32(),
    procedure: payload.int(),
    type: payload.u32(),
    serial: payload.u32(),
    status: payload.u32(),
  }
  return { header, payload }
}

export const encodeKeepalive = (procedure: typeof keepalivePing | typeof keepalivePong): Buffer =>
  encodeMessage({
    program: keepaliveProgram,
    version: programVersion,
    procedure,
    type: messageType.message,
    serial: 0,
    status: messageStatus.ok,
  })
