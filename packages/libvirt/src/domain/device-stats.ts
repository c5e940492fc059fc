import type { DomainBlockStatsRet, DomainInterfaceStatsRet } from '../protocol/remote.gen.ts'

/** Since the guest's start; a field is missing when the hypervisor does not count it. */
export interface BlockStats {
  readonly readRequests?: number
  readonly readBytes?: number
  readonly writeRequests?: number
  readonly writeBytes?: number
  readonly errors?: number
}

/** As the guest sees them, since its start. */
export interface InterfaceStats {
  readonly rxBytes?: number
  readonly rxPackets?: number
  readonly rxErrors?: number
  readonly rxDrops?: number
  readonly txBytes?: number
  readonly txPackets?: number
  readonly txErrors?: number
  readonly txDrops?: number
}

// -1 is "not counted".
const counted = <Name extends string>(fields: Readonly<Record<Name, bigint>>): { readonly [Key in Name]?: number } => {
  const known: { [Key in Name]?: number } = {}
  for (const [name, value] of Object.entries(fields) as [Name, bigint][]) if (value >= 0n) known[name] = Number(value)
  return known
}

export const readBlockStats = (ret: DomainBlockStatsRet): BlockStats =>
  counted({
    readRequests: ret.rdReq,
    readBytes: ret.rdBytes,
    writeRequests: ret.wrReq,
    writeBytes: ret.wrBytes,
    errors: ret.errs,
  })

export const readInterfaceStats = (ret: DomainInterfaceStatsRet): InterfaceStats =>
  counted({
    rxBytes: ret.rxBytes,
    rxPackets: ret.rxPackets,
    rxErrors: ret.rxErrs,
    rxDrops: ret.rxDrop,
    txBytes: ret.txBytes,
    txPackets: ret.txPackets,
    txErrors: ret.txErrs,
    txDrops: ret.txDrop,
  })
