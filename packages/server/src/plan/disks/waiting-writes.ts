/** libvirt's NON_SHARED_SYNCHRONOUS_WRITES; both daemons are given the flag, and an older one refuses it. */
const libvirtWithWaitingWrites = 8_000_000

interface LibvirtHost {
  readonly name: string
  readonly libvirtVersion: number
}

/**
 * The host whose libvirt is too old to let a guest's write to a disk that is copied wait until it is on the destination, too;
 * null where both can. Without that a mirror may fall behind while memory is sent, and catches up with the guest stopped.
 */
export function cannotMakeWritesWait<Host extends LibvirtHost>(source: Host, destination: Host): Host | null {
  return [source, destination].find(({ libvirtVersion }) => libvirtVersion < libvirtWithWaitingWrites) ?? null
}
