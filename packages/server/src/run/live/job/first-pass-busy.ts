import type { Sample } from '@landfall/core'
import type { Clock } from '../../../clock.ts'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { FirstPass } from '../../../store/story/record.ts'
import type { BusyTime } from '../../../plan/probe/busy-share.ts'
import { busyShare, readBusyTime } from '../../../plan/probe/busy-share.ts'

/**
 * How busy a guest's vCPUs are while its first pass is copied: what they use more than before is what dirty logging costs them. For the
 * forecasts of later migrations alone: what cannot be read is missed by nobody.
 */
export class FirstPassBusy {
  readonly #read: () => Promise<BusyTime | null>
  #began: Promise<BusyTime | null> | null = null
  #ended: Promise<BusyTime | null> | null = null
  #leftBytes = 0

  constructor(source: HostSession, uuid: string, clock: Clock) {
    this.#read = async () => {
      try {
        const connection = await source.connection()
        return await readBusyTime(connection, await connection.domainLookupByUUID(uuid), clock)
      } catch {
        return null
      }
    }
  }

  note({ phase, pass, remainingBytes }: Pick<Sample, 'phase' | 'pass' | 'remainingBytes'>): void {
    if (phase !== 'active') return
    if (pass === 1) this.#began ??= this.#read()
    if (pass !== 2 || this.#began === null || this.#ended !== null) return
    this.#ended = this.#read()
    // What little was sent since the boundary is within what a look is late.
    this.#leftBytes = remainingBytes
  }

  /** Null where it was not seen from its beginning to its end. */
  async seen(): Promise<FirstPass | null> {
    const [began, ended] = [await this.#began, await this.#ended]
    if (began === null || ended === null) return null
    const share = busyShare(began, ended)
    return share === null ? null : { ms: ended.atMs - began.atMs, busyShare: share, leftBytes: this.#leftBytes }
  }
}
