import { heard, isWatched, noHeartbeatYet, silentForMs } from '@landfall/nova'
import type { Heartbeat } from '@landfall/nova'
import { formatDuration } from '@landfall/core'
import type { Clock } from '../../../clock.ts'
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
   * Looks for as long as the migration runs.
   *
   * @param onSilent told once: nova-compute of the source is dead or frozen
   */
  async watch(onSilent: (forMs: number) => void, over: AbortSignal): Promise<void> {
    const { clock } = this.#options
    for (;;) {
      await clock.sleep(everyMs, over)
      if (over.aborted) return
      await this.#look()
      if (over.aborted) return
      const silent = silentForMs(this.#beat, clock.now())
      if (silent === null) continue
      onSilent(silent)
      return
    }
  }

  /**
   * Waits until Nova's monitor was just heard of. Who has a guest switch over that would not do so by itself makes an orphan of it where
   * nobody of Nova's is there. An API that does not answer tells nothing, and holds nothing back.
   *
   * @throws Error where it stays silent
   */
  async untilHeard(): Promise<void> {
    const { clock, say } = this.#options
    for (let held = false; ; held = true) {
      if (!(await this.#look()) || isWatched(this.#beat, clock.now())) return
      const forMs = clock.now() - this.#beat.since
      const silent = `Nova's monitor has not been heard of for ${formatDuration(forMs)}`
      if (silentForMs(this.#beat, clock.now()) !== null) throw new Error(silent)
      if (!held && this.#beat.isHeard) say(`${silent}: the guest is not switched over until it is`)
      await clock.sleep(heldEveryMs)
    }
  }

  /** @returns whether Nova has answered */
  async #look(): Promise<boolean> {
    const { open, server, migration, clock } = this.#options
    const record = await open()
      .then((nova) => nova.newestMigration(server))
      .catch(() => null)
    const seen = record?.id === migration ? { updatedAt: record.updatedAt?.getTime() ?? null } : null
    this.#beat = heard(this.#beat, seen, clock.now())
    return seen !== null
  }
}
