import type { Possible } from '@landfall/core'
import { formatVersion } from '@landfall/libvirt'

/** First libvirt whose resume of a broken post-copy works: before, it was unknown (8.5) or refused (libvirt b92cba67c6). */
const firstThatResumes = 9_000_000
/**
 * From here the destination's daemon follows a null pointer when it is asked to resume, and dies (seen on 11.3.0, Debian 13;
 * neither the daemon nor any other call can finish that migration then). 9.0 and 12.8 resume. The releases between are
 * not tried: taken as affected, since the other mistake kills a daemon.
 */
const firstThatDies = 11_002_000
const firstThatResumesAgain = 12_000_000

/** Whether a post-copy whose stream broke could be resumed on this pair of hosts. Pure. */
export function postCopyRecovery(sourceLibvirt: number, destinationLibvirt: number): Possible {
  const old = [sourceLibvirt, destinationLibvirt].find((version) => version < firstThatResumes)
  if (old !== undefined) {
    return {
      possible: false,
      why: `libvirt ${formatVersion(old)} cannot resume a broken post-copy (9.0 and newer can)`,
    }
  }
  if (destinationLibvirt >= firstThatDies && destinationLibvirt < firstThatResumesAgain) {
    return {
      possible: false,
      why: `libvirt ${formatVersion(destinationLibvirt)} on the destination dies when it is asked to resume a broken post-copy`,
    }
  }
  return { possible: true }
}
