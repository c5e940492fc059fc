import type { Procedure } from '../protocol/procedure.ts'
import type { CallOptions, RpcCallOptions } from './rpc-client.ts'
import type { RpcStream } from './rpc-stream.ts'

/** What the objects of a connection (domains, events) need of it. */
export interface Caller {
  readonly call: <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: RpcCallOptions<Ret>) => Promise<Ret>
  /** A call that opens a stream. */
  readonly openStream: <Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ) => Promise<{ readonly ret: Ret; readonly stream: RpcStream }>
  /** Throws LIBVIRT_UNSUPPORTED when the daemon is older than `since`. */
  readonly needVersion: (since: string, what: string) => void
}
