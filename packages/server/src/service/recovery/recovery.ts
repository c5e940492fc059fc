import type { Client, MigrationHandle } from '@landfall/api'
import type { Clock } from '../../clock.ts'

export interface RecoveryOptions {
  readonly client: Pick<Client, 'watch'>
  /** Guests whose migration has no driver any more. */
  readonly orphans: () => Promise<readonly { readonly uuid: string; readonly name: string }[]>
  readonly clock: Clock
  readonly onTaken: (migration: MigrationHandle) => void
  /** One that could not be taken over yet; it is tried again. */
  readonly onFailed: (guest: string, error: unknown) => void
  /** All that was left before the start was tried once. */
  readonly onFirstRound?: () => void
}

/** A driver that died is followed within this, and the seconds that its lease lasts. */
const everyMs = 2000
/** So that one whose host is silent does not keep the others waiting. */
const atOnce = 16

/**
 * Takes over what a driver that died has left, at the start and from then on: every migration is brought to its end by what both
 * hosts say, whatever happened meanwhile.
 */
export async function recover(options: RecoveryOptions, stopped: AbortSignal): Promise<void> {
  const { client, orphans, clock, onTaken, onFailed, onFirstRound = () => undefined } = options
  // Told once, however often it is tried.
  let failed: ReadonlyMap<string, string> = new Map()
  let isFirst = true
  while (!stopped.aborted) {
    const found = await orphans().catch((error: unknown) => {
      onFailed('all', error)
      return []
    })
    const failing = new Map<string, string>()
    const left = [...found]
    const takeOver = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined && !stopped.aborted; next = left.shift()) {
        const { uuid, name } = next
        try {
          onTaken(await client.watch(uuid, { steer: false }))
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          failing.set(uuid, why)
          if (failed.get(uuid) !== why) onFailed(name, error)
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, takeOver))
    failed = failing
    if (isFirst) onFirstRound()
    isFirst = false
    await clock.sleep(everyMs, stopped)
  }
}
