import type { Caller } from '../caller.ts'
import { wholeNumber } from '../domain/whole-number.ts'
import { nameAt } from '../names.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { StorageVolRef } from '../protocol/structs.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'

const types = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const

export interface StorageVolInfo {
  readonly type: (typeof types)[number] | 'unknown'
  readonly capacityBytes: number
  readonly allocationBytes: number
}

/** One volume of a pool. */
export class StorageVol {
  /** The pool's name. */
  readonly pool: string
  readonly name: string
  /** What makes it unique on the host, mostly its path. */
  readonly key: string
  readonly #caller: Caller

  constructor(caller: Caller, ref: StorageVolRef) {
    this.#caller = caller
    this.pool = ref.pool
    this.name = ref.name
    this.key = ref.key
  }

  get ref(): StorageVolRef {
    return { pool: this.pool, name: this.name, key: this.key }
  }

  async getInfo(options?: CallOptions): Promise<StorageVolInfo> {
    const info = await this.#caller.call(remote.storageVolGetInfo, { vol: this.ref }, options)
    return {
      type: nameAt(types, info.type),
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
    }
  }

  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call(remote.storageVolGetXmlDesc, { vol: this.ref, flags: 0 }, options)).xml
  }

  async getPath(options?: CallOptions): Promise<string> {
    return (await this.#caller.call(remote.storageVolGetPath, { vol: this.ref }, options)).name
  }

  /** Removes it; its data is lost. */
  async delete(flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call(remote.storageVolDelete, { vol: this.ref, flags }, options)
  }

  /** @param flags 1 allocates the room, 2 is a difference (VIR_STORAGE_VOL_RESIZE_*). */
  async resize(capacityBytes: number, flags = 0, options?: CallOptions): Promise<void> {
    const capacity = wholeNumber('capacityBytes', capacityBytes)
    await this.#caller.call(remote.storageVolResize, { vol: this.ref, capacity, flags }, options)
  }
}
