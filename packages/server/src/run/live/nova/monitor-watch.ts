import {
  heard,
  isWatched,
  mayBeWatched,
  noHeartbeatYet,
  silentForMs,
  unheardForMs,
  withoutMonitor,
} from '@landfall/nova'
import type { Heartbeat } from '@landfall/nova'
import { formatDuration } from '@landfall/core'
import type { Clock } from '../../../clock.ts'
import type { Migration } from '@landfall/openstack'
import type { OpenNova } from '../../../cloud/nova.ts'

/** Nova's monitor writes its record as often. */
const everyMs = 5000
/** While a guest is held back for it. */
const heldEveryMs = 1000

export interface MonitorWatchOptions {
  readonly open: OpenNova
  readonly server: string
  readonly migration: number
  readonly clock: Clock
  readonly say: (message: string) => void
}

/** Whether Nova's monitor still watches a migration, as far as Nova's record tells. */
export class MonitorWatch {
  readonly #options: MonitorWatchOptions
  #beat: Heartbeat

  constructor(options: MonitorWatchOptions) {
    this.#options = options
    this.#beat = noHeartbeatYet(options.clock.now())
  }

  /**
   * Looks for as long as the migration runs. A silent monitor is nothing to be afraid of while the copy cannot end: RabbitMQ or the
   * database may be away, and the monitor waits for them.
   *
   * @param leastMsToEnd the soonest that the copy can end; null where it may be any moment
   * @param onUnwatched told once: nobody of Nova's is there, and the copy is to be ended
   */
  async watch(leastMsToEnd: () => number | null, onUnwatched: (why: string) => void, over: AbortSignal): Promise<void> {
    const { clock, say } = this.#options
    let isHeld = false
    let givenUp = 0
    for (;;) {
      await clock.sleep(everyMs, over)
      if (over.aborted) return
      const record = await this.#look()
      if (over.aborted) return
      givenUp = record?.hasEnded === true && record.status !== 'completed' ? givenUp + 1 : 0
      // Once is what it looks like when Nova and libvirt end it at the same time.
      if (record !== null && givenUp > 1) {
        onUnwatched(`Nova's migration ${record.id} has ended (${record.statusAsSent}) while its copy goes on`)
        return
      }
      const then = withoutMonitor(this.#beat, leastMsToEnd(), clock.now())
      const silence = `Nova's monitor has not been heard of for ${formatDuration(unheardForMs(this.#beat, clock.now()))}`
      if (then === 'abort') {
        onUnwatched(silence)
        return
      }
      if (then === 'hold' && !isHeld) say(`${silence}: unless it is heard of, the copy is aborted before it could end`)
      if (then === 'watched' && isHeld) say("Nova's monitor is heard of again")
      isHeld = then === 'hold'
    }
  }

  /**
   * Waits until Nova's monitor was just heard of. Who has a guest switch over that would not do so by itself makes an orphan of it where
   * nobody of Nova's is there. An API that does not answer tells nothing: it holds nothing back, and lets nothing go that was held.
   *
   * @throws Error where it stays silent
   */
  async untilHeard(): Promise<void> {
    const { clock, say } = this.#options
    for (let held = false; ; held = true) {
      const answers = (await this.#look()) !== null
      const now = clock.now()
      if (isWatched(this.#beat, now) || (!answers && mayBeWatched(this.#beat, now))) return
      const silent = `Nova's monitor has not been heard of for ${formatDuration(unheardForMs(this.#beat, now))}`
      if (!answers) throw new Error(`${silent}, and Nova does not answer now`)
      if (silentForMs(this.#beat, now) !== null) throw new Error(silent)
      if (!held && this.#beat.isHeard) say(`${silent}: the guest is not switched over until it is`)
      await clock.sleep(heldEveryMs)
    }
  }

  /** @returns its record; null where Nova does not answer */
  async #look(): Promise<(Migration & { readonly hasEnded: boolean }) | null> {
    const { open, server, migration, clock } = this.#options
    const record = await open()
      .then(async (nova) => {
        const newest = await nova.newestMigration(server)
        return newest?.id === migration ? { ...newest, hasEnded: nova.hasEnded(newest) } : null
      })
      .catch(() => null)
    const seen = record === null ? null : { updatedAt: record.updatedAt?.getTime() ?? null }
    this.#beat = heard(this.#beat, seen, clock.now())
    return record
  }
}
