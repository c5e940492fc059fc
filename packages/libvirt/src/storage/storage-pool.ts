import type { Caller } from '../rpc/caller.ts'
import { nameAt } from '../xdr/name-at.ts'
import type { Procedure } from '../protocol/procedure.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { StoragePoolRef } from '../protocol/structs.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'
import { StorageVol } from './storage-vol.ts'

const states = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const

export interface StoragePoolInfo {
  readonly state: (typeof states)[number] | 'unknown'
  readonly capacityBytes: number
  readonly allocationBytes: number
  readonly availableBytes: number
}

/** A place on a host that volumes lie in. Holding one costs nothing; the daemon finds it by its UUID at each call. */
export class StoragePool {
  readonly name: string
  readonly uuid: string
  readonly #caller: Caller

  constructor(caller: Caller, ref: StoragePoolRef) {
    this.#caller = caller
    this.name = ref.name
    this.uuid = ref.uuid
  }

  get ref(): StoragePoolRef {
    return { name: this.name, uuid: this.uuid }
  }

  #call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    return this.#caller.call(procedure, args, options)
  }

  async getInfo(options?: CallOptions): Promise<StoragePoolInfo> {
    const info = await this.#call(remote.storagePoolGetInfo, { pool: this.ref }, options)
    return {
      state: nameAt(states, info.state),
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      availableBytes: Number(info.available),
    }
  }

  /** @param flags 1: of the stored definition. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#call(remote.storagePoolGetXmlDesc, { pool: this.ref, flags }, options)).xml
  }

  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#call(remote.storagePoolIsActive, { pool: this.ref }, options)).active === 1
  }

  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.#call(remote.storagePoolIsPersistent, { pool: this.ref }, options)).persistent === 1
  }

  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#call(remote.storagePoolGetAutostart, { pool: this.ref }, options)).autostart === 1
  }

  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolSetAutostart, { pool: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** Starts a defined pool. */
  async create(flags = 0, options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolCreate, { pool: this.ref, flags }, options)
  }

  /** Makes what the pool needs (directory, file system, volume group). */
  async build(flags = 0, options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolBuild, { pool: this.ref, flags }, options)
  }

  /** Stops it; its volumes stay where they are. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolDestroy, { pool: this.ref }, options)
  }

  /** Removes what {@link build} made; its data is lost. */
  async delete(flags = 0, options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolDelete, { pool: this.ref, flags }, options)
  }

  async undefine(options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolUndefine, { pool: this.ref }, options)
  }

  /** Looks which volumes there are now. */
  async refresh(options?: CallOptions): Promise<void> {
    await this.#call(remote.storagePoolRefresh, { pool: this.ref, flags: 0 }, options)
  }

  async listAllVolumes(options?: CallOptions): Promise<StorageVol[]> {
    const args = { pool: this.ref, needResults: 1, flags: 0 }
    const { vols } = await this.#call(remote.storagePoolListAllVolumes, args, options)
    return vols.map((ref) => new StorageVol(this.#caller, ref))
  }

  /** Fails with VIR_ERR_NO_STORAGE_VOL when there is none. */
  async storageVolLookupByName(name: string, options?: CallOptions): Promise<StorageVol> {
    const args = { pool: this.ref, name }
    return new StorageVol(this.#caller, (await this.#call(remote.storageVolLookupByName, args, options)).vol)
  }

  /** Makes a volume from a `<volume>` document. @param flags 1 preallocates metadata (qcow2). */
  async storageVolCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<StorageVol> {
    const args = { pool: this.ref, xml, flags }
    return new StorageVol(this.#caller, (await this.#call(remote.storageVolCreateXml, args, options)).vol)
  }
}
