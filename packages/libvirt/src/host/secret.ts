import type { Caller } from '../rpc/caller.ts'
import { nameAt } from '../xdr/name-at.ts'
import * as remote from '../protocol/remote.gen.ts'
import type { SecretRef } from '../protocol/structs.gen.ts'
import type { CallOptions } from '../rpc/rpc-client.ts'

// VIR_SECRET_USAGE_TYPE_*
const usageTypes = ['none', 'volume', 'ceph', 'iscsi', 'tls', 'vtpm'] as const

export type SecretUsageType = (typeof usageTypes)[number]

export const secretUsageNumber = (type: SecretUsageType): number => usageTypes.indexOf(type)

/** Something that a host keeps for its guests' disks, to read. */
export class Secret {
  readonly uuid: string
  readonly usageType: SecretUsageType | 'unknown'
  /** What it is for: a volume's path, a Ceph user, an iSCSI target, a name. */
  readonly usageId: string
  readonly #usageTypeNumber: number
  readonly #caller: Caller

  constructor(caller: Caller, ref: SecretRef) {
    this.#caller = caller
    this.uuid = ref.uuid
    this.usageType = nameAt(usageTypes, ref.usageType)
    this.usageId = ref.usageID
    this.#usageTypeNumber = ref.usageType
  }

  get ref(): SecretRef {
    return { uuid: this.uuid, usageType: this.#usageTypeNumber, usageID: this.usageId }
  }

  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call(remote.secretGetXmlDesc, { secret: this.ref, flags: 0 }, options)).xml
  }

  /** Its value, unless it is private (VIR_ERR_INVALID_SECRET). */
  async getValue(options?: CallOptions): Promise<Uint8Array> {
    return (await this.#caller.call(remote.secretGetValue, { secret: this.ref, flags: 0 }, options)).value
  }
}
