import type { Client, MigrationHandle } from '@landfall/api'
import type { Clock } from '../../clock.ts'
import { KeptTrying } from './kept-trying.ts'

interface Orphan {
  readonly uuid: string
  readonly name: string
}

export interface RecoveryOptions {
  readonly client: Pick<Client, 'watch'>
  /** Guests whose migration has no driver any more. */
  readonly orphans: () => Promise<readonly Orphan[]>
  readonly clock: Clock
  readonly onTaken: (migration: MigrationHandle) => void
  /** One that could not be taken over yet; it is tried again. */
  readonly onFailed: (guest: string, error: unknown) => void
  /** All that was left before the start was tried once. */
  readonly onFirstRound?: () => void
}

/** A driver that died is followed within this, and the seconds that its lease lasts. */
const everyMs = 1000
const atOnce = 64

/**
 * Takes over what a driver that died has left, at the start and from then on: every migration is brought to its end by what both
 * hosts say, whatever happened meanwhile.
 */
export async function recover(options: RecoveryOptions, stopped: AbortSignal): Promise<void> {
  const { client, orphans, clock, onTaken, onFailed, onFirstRound = () => undefined } = options
  const trying = new KeptTrying(atOnce)
  // Told once, however often it is tried.
  const told = new Map<string, string>()
  const fail = (about: string, name: string, error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error)
    if (told.get(about) !== why) onFailed(name, error)
    told.set(about, why)
  }
  const takeOver = async ({ uuid, name }: Orphan): Promise<void> => {
    if (stopped.aborted) return
    try {
      onTaken(await client.watch(uuid, { steer: false }))
    } catch (error) {
      fail(uuid, name, error)
    }
  }
  for (let isFirst = true; !stopped.aborted; isFirst = false) {
    try {
      const found = await orphans()
      // Of what is no longer left nothing is kept, and should it come back it is told again.
      for (const about of told.keys()) if (!found.some(({ uuid }) => uuid === about)) told.delete(about)
      trying.want(new Map(found.map((each) => [each.uuid, () => takeOver(each)])))
    } catch (error) {
      fail('all', 'all', error)
    }
    if (isFirst) void trying.idle().then(onFirstRound)
    await clock.sleep(everyMs, stopped)
  }
  await trying.idle()
}
