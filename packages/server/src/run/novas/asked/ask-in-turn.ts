import { randomInt } from 'node:crypto'
import type { Migration } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import type { RunContext } from '../../start/context.ts'

/**
 * A nova-compute has one connection to its libvirtd, which answers 5 requests of it at a time by default, and a migration that runs
 * is one of them. With 5 of them nothing else is answered, the connection is closed, and all of them fail.
 */
const mostFromOneHost = 3
const pollMs = 1000
/** A record that nobody has written for so long is one that was left behind. */
const leftBehindMs = 3_600_000
/** Whoever was about to ask has usually asked within that, or died. */
const turnMs = 60_000
/** Nova's record of what it accepted is there within that. */
const recordedMs = 15_000

export interface AskInTurn extends Pick<RunContext, 'store' | 'clock'> {
  readonly nova: NovaApi
  /** The source, as Nova calls it. */
  readonly source: string
  /** @throws what ends the waiting */
  readonly assertWanted: () => void
  readonly say: (message: string) => void
}

/**
 * Asks Nova for a live migration once fewer than three are on their way from its source, whoever began them, queued ones counted.
 * Of several that wait, in whatever processes share the store, one asks at a time, and is seen in Nova's records before the next.
 */
export async function askInTurn<T>(
  { nova, store, clock, source, assertWanted, say }: AskInTurn,
  ask: () => Promise<T>,
  isRecorded: () => Promise<boolean>,
): Promise<T> {
  const turn = (): { caller: string; key: string; at: number } => ({
    caller: 'beside Nova',
    key: `${nova.cloud} ${source}`,
    at: clock.now(),
  })
  /** Since when it is ours, told from any other that began at that moment; null where somebody else has it. */
  const claimed = async (): Promise<string | null> => {
    const since = `${clock.now()}.${randomInt(1e12)}`
    const claim = await store.keys.claim(turn(), since)
    if (claim.kind === 'new') return since
    // Also one that lies ahead, since the clock was set back or another server's goes before it. Who has it by then keeps it.
    if (Math.abs(clock.now() - Number(claim.fingerprint)) > turnMs) await store.keys.drop(turn(), claim.fingerprint)
    return null
  }
  let told = ''
  for (; ; await clock.sleep(pollMs)) {
    assertWanted()
    const ours = await claimed()
    if (ours === null) continue
    try {
      const under = underWay(await nova.liveFrom(source), clock.now())
      if (under.length < mostFromOneHost) {
        const asked = await ask()
        for (const deadline = clock.now() + recordedMs; clock.now() < deadline; await clock.sleep(pollMs / 2)) {
          if (await isRecorded().catch(() => false)) break
        }
        return asked
      }
      const which = under.map(({ id, statusAsSent }) => `${id} (${statusAsSent})`).join(', ')
      if (which !== told)
        say(
          `Nova is asked once fewer than ${mostFromOneHost} live migrations leave ${source}: of its migrations ${which}`,
        )
      told = which
    } finally {
      // Where it is not given back, it ends by itself; where it took too long, it is another's by now.
      await store.keys.drop(turn(), ours).catch(() => undefined)
    }
  }
}

const underWay = (records: readonly Migration[], now: number): readonly Migration[] =>
  records.filter(({ updatedAt, createdAt }) => now - (updatedAt ?? createdAt).getTime() < leftBehindMs)
