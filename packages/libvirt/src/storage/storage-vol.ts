import type { Readable, Writable } from 'node:stream'
import type { Caller } from '../rpc/caller.ts'
import { wholeNumber } from '../domain/whole-number.ts'
import { nameAt } from '../xdr/name-at.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { StorageVolRef } from '../protocol/structs.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'

const types = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const

export interface StorageVolInfo {
  readonly type: (typeof types)[number] | 'unknown'
  readonly capacityBytes: number
  readonly allocationBytes: number
}

export interface ByteRange {
  readonly offsetBytes?: number
  readonly lengthBytes?: number
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

  /** Its bytes. `lengthBytes` 0 reads to its end. */
  async download(range: ByteRange = {}, options?: CallOptions): Promise<Readable> {
    return (await this.#caller.openStream(remote.storageVolDownload, this.#range(range), options)).stream
  }

  /** Overwrites its bytes; `'finish'` comes when the daemon has taken all. `lengthBytes` 0 sets no limit. */
  async upload(range: ByteRange = {}, options?: CallOptions): Promise<Writable> {
    const { stream } = await this.#caller.openStream(remote.storageVolUpload, this.#range(range), options)
    // Nothing comes back; what is not read would hold up the stream's end.
    stream.resume()
    return stream
  }

  #range({ offsetBytes = 0, lengthBytes = 0 }: ByteRange): {
    vol: StorageVolRef
    offset: bigint
    length: bigint
    flags: 0
  } {
    const offset = wholeNumber('offsetBytes', offsetBytes)
    return { vol: this.ref, offset, length: wholeNumber('lengthBytes', lengthBytes), flags: 0 }
  }
}
