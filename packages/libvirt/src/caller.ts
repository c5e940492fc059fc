import type { Procedure } from './protocol/procedure.ts'
import type { RpcCallOptions } from './rpc/rpc-client.ts'

/** What the objects of a connection (domains, events) need of it. */
export interface Caller {
  readonly call: <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: RpcCallOptions<Ret>) => Promise<Ret>
  /** Throws LIBVIRT_UNSUPPORTED when the daemon is older than `since`. */
  readonly needVersion: (since: string, what: string) => void
}
