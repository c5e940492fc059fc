import type { Lease } from '../store.ts'

/** Keeps leases from running out, where they do by themselves. */
export interface LeaseKeeper extends AsyncDisposable {
  readonly keep: (take: () => Promise<Lease>) => Promise<Lease>
  readonly letGo: (lease: Lease) => void
  /** A request that waits here is this process's for as long as it lives. */
  readonly keepRequest: (id: string, holder: string) => void
  readonly letGoRequest: (id: string) => void
  /** Whether no other driver can have got it by now. */
  readonly isSurelyOurs: (lease: Lease) => boolean
}
