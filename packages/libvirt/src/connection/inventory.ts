import { Domain } from '../domain/domain.ts'
import { Network } from '../host/network.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'
import { Secret, secretUsageNumber } from '../host/secret.ts'
import type { SecretUsageType } from '../host/secret.ts'
import { StoragePool } from '../storage/storage-pool.ts'
import { StorageVol } from '../storage/storage-vol.ts'
import { HostCalls } from './host-calls.ts'

/** Finding what a host has. Behind virtqemud, storage, networks and secrets are asked of their own daemons, which must run. */
export abstract class Inventory extends HostCalls {
  /** @param id The number of a running domain. Fails with VIR_ERR_NO_DOMAIN when there is none. */
  async domainLookupByID(id: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this, (await this.call(remote.domainLookupById, { id }, options)).dom)
  }

  // --- storage

  /** @param flags ListPoolsFlag; 0 lists all. */
  async listAllStoragePools(flags = 0, options?: CallOptions): Promise<StoragePool[]> {
    const { pools } = await this.call(remote.connectListAllStoragePools, { needResults: 1, flags }, options)
    return pools.map((ref) => new StoragePool(this, ref))
  }

  /** Fails with VIR_ERR_NO_STORAGE_POOL when there is none. */
  async storagePoolLookupByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call(remote.storagePoolLookupByName, { name }, options)).pool)
  }

  async storagePoolLookupByUUID(uuid: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call(remote.storagePoolLookupByUuid, { uuid }, options)).pool)
  }

  async storagePoolLookupByVolume(volume: StorageVol, options?: CallOptions): Promise<StoragePool> {
    const { pool } = await this.call(remote.storagePoolLookupByVolume, { vol: volume.ref }, options)
    return new StoragePool(this, pool)
  }

  /** The pool whose directory it is. libvirt 4.1 */
  async storagePoolLookupByTargetPath(path: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call(remote.storagePoolLookupByTargetPath, { path }, options)).pool)
  }

  async storagePoolDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call(remote.storagePoolDefineXml, { xml, flags }, options)).pool)
  }

  /** Starts a transient pool. */
  async storagePoolCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this, (await this.call(remote.storagePoolCreateXml, { xml, flags }, options)).pool)
  }

  async storageVolLookupByKey(key: string, options?: CallOptions): Promise<StorageVol> {
    return new StorageVol(this, (await this.call(remote.storageVolLookupByKey, { key }, options)).vol)
  }

  /** Fails with VIR_ERR_NO_STORAGE_VOL when no pool knows the path. */
  async storageVolLookupByPath(path: string, options?: CallOptions): Promise<StorageVol> {
    return new StorageVol(this, (await this.call(remote.storageVolLookupByPath, { path }, options)).vol)
  }

  // --- networks

  /** @param flags ListNetworksFlag; 0 lists all. */
  async listAllNetworks(flags = 0, options?: CallOptions): Promise<Network[]> {
    const { nets } = await this.call(remote.connectListAllNetworks, { needResults: 1, flags }, options)
    return nets.map((ref) => new Network(this, ref))
  }

  /** Fails with VIR_ERR_NO_NETWORK when there is none. */
  async networkLookupByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call(remote.networkLookupByName, { name }, options)).net)
  }

  async networkLookupByUUID(uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this, (await this.call(remote.networkLookupByUuid, { uuid }, options)).net)
  }

  // --- secrets

  async listAllSecrets(flags = 0, options?: CallOptions): Promise<Secret[]> {
    const { secrets } = await this.call(remote.connectListAllSecrets, { needResults: 1, flags }, options)
    return secrets.map((ref) => new Secret(this, ref))
  }

  /** Fails with VIR_ERR_NO_SECRET when there is none. */
  async secretLookupByUUID(uuid: string, options?: CallOptions): Promise<Secret> {
    return new Secret(this, (await this.call(remote.secretLookupByUuid, { uuid }, options)).secret)
  }

  async secretLookupByUsage(type: SecretUsageType, usageId: string, options?: CallOptions): Promise<Secret> {
    const args = { usageType: secretUsageNumber(type), usageID: usageId }
    return new Secret(this, (await this.call(remote.secretLookupByUsage, args, options)).secret)
  }
}
