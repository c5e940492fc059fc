import { runInside } from '../hosts/virsh.ts'
import { requireHost, requireState } from '../state.ts'

/** A libvirtd that is there and does nothing. */
export interface FrozenLibvirtd extends AsyncDisposable {
  /** Lets it go on, with all that it was asked meanwhile; once is enough. */
  readonly thaw: () => Promise<void>
}

/**
 * Stops a host's libvirtd without ending it, as a host under memory pressure or with a hung disk does: it takes connections
 * and answers nothing, keepalive included. Guests and running migrations of QEMU go on.
 */
export async function freezeLibvirtd(lab: string, host: string): Promise<FrozenLibvirtd> {
  const target = requireHost(requireState(lab), host)
  const send = (signal: 'STOP' | 'CONT'): Promise<string> =>
    runInside(target, ['sh', '-c', 'kill -s "$1" "$(cat /run/libvirtd.pid)"', 'sh', signal])
  await send('STOP')
  let isFrozen = true
  const thaw = async (): Promise<void> => {
    if (!isFrozen) return
    isFrozen = false
    await send('CONT')
  }
  return { thaw, [Symbol.asyncDispose]: thaw }
}
