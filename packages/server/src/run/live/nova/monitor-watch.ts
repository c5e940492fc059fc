import { heard, noHeartbeatYet, silentForMs } from '@landfall/nova'
import type { Clock } from '../../../clock.ts'
import type { OpenNova } from '../../../cloud/nova.ts'

/** Nova's monitor writes its record as often. */
const everyMs = 5000

export interface MonitorWatch {
  readonly open: OpenNova
  readonly server: string
  readonly migration: number
  readonly clock: Clock
  /** Told once: nova-compute of the source is dead or frozen, as far as Nova's record tells. */
  readonly onSilent: (forMs: number) => void
}

/** Looks, for as long as a migration runs, whether Nova's monitor still watches it. */
export async function watchMonitor(options: MonitorWatch, over: AbortSignal): Promise<void> {
  const { open, server, migration, clock, onSilent } = options
  let beat = noHeartbeatYet(clock.now())
  for (;;) {
    await clock.sleep(everyMs, over)
    if (over.aborted) return
    const record = await open()
      .then((nova) => nova.newestMigration(server))
      .catch(() => null)
    if (over.aborted) return
    const seen = record?.id === migration ? { updatedAt: record.updatedAt?.getTime() ?? null } : null
    beat = heard(beat, seen, clock.now())
    const silent = silentForMs(beat, clock.now())
    if (silent === null) continue
    onSilent(silent)
    return
  }
}
