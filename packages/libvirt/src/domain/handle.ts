import type { Caller } from '../rpc/caller.ts'
import type { Procedure } from '../protocol/procedure.ts'
import type { DomainRef } from '../protocol/structs.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'

/** What every call about a domain needs: which one, and the connection to ask. */
export abstract class DomainHandle {
  readonly name: string
  /** In canonical form. */
  readonly uuid: string
  /** The number of a running domain at the time it was looked up; -1 when it was not running. */
  readonly id: number
  protected readonly caller: Caller

  constructor(caller: Caller, ref: DomainRef) {
    this.caller = caller
    this.name = ref.name
    this.uuid = ref.uuid
    this.id = ref.id
  }

  get ref(): DomainRef {
    return { name: this.name, uuid: this.uuid, id: this.id }
  }

  protected call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    return this.caller.call(procedure, args, options)
  }
}
