import type { XdrReader } from '../xdr/xdr-reader.ts'
import type { XdrWriter } from '../xdr/xdr-writer.ts'

/** One call of the protocol: its number and both sides' codecs (the server's are used by the fake daemon). */
export interface Procedure<Args, Ret> {
  readonly program: number
  readonly number: number
  /** As in remote_protocol.x without its prefix, e.g. `DOMAIN_GET_STATE`. */
  readonly name: string
  /** Calls of high priority are also served by the daemon's priority workers, which blocked calls never occupy. */
  readonly priority: 'high' | 'low'
  /** The libvirt release that first had it; undefined when no public function stands for it. */
  readonly since: string | undefined
  readonly writeArgs: (writer: XdrWriter, args: Args) => void
  readonly readArgs: (reader: XdrReader) => Args
  readonly writeRet: (writer: XdrWriter, ret: Ret) => void
  readonly readRet: (reader: XdrReader) => Ret
}

/** One message that the daemon sends by itself. */
export interface EventMessage<Body> {
  readonly program: number
  readonly number: number
  readonly name: string
  readonly write: (writer: XdrWriter, body: Body) => void
  readonly read: (reader: XdrReader) => Body
}
