import type { Caller } from '../rpc/caller.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { NetworkRef } from '../protocol/structs.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'

/** A virtual network of a host, to read. */
export class Network {
  readonly name: string
  readonly uuid: string
  readonly #caller: Caller

  constructor(caller: Caller, ref: NetworkRef) {
    this.#caller = caller
    this.name = ref.name
    this.uuid = ref.uuid
  }

  get ref(): NetworkRef {
    return { name: this.name, uuid: this.uuid }
  }

  /** @param flags 1: of the stored definition. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call(remote.networkGetXmlDesc, { net: this.ref, flags }, options)).xml
  }

  /** Fails when it has none (`<forward mode='hostdev'/>`). */
  async getBridgeName(options?: CallOptions): Promise<string> {
    return (await this.#caller.call(remote.networkGetBridgeName, { net: this.ref }, options)).name
  }

  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call(remote.networkGetAutostart, { net: this.ref }, options)).autostart === 1
  }

  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call(remote.networkIsActive, { net: this.ref }, options)).active === 1
  }

  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call(remote.networkIsPersistent, { net: this.ref }, options)).persistent === 1
  }
}
