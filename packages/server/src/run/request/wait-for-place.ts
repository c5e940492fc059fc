import { findGuest } from '../../guests/find-guest.ts'
import { leaving } from '../../store/leaving.ts'
import type { RunContext } from '../start/context.ts'

/** A place is seen to be free within this. */
const pollMs = 1000

export interface WaitOptions {
  /** Asked at every look. @throws what ends the waiting */
  readonly assertWanted: () => void
  /** Told the guests that are on their way, at first and whenever others are. */
  readonly onWait: (source: string, guests: readonly string[]) => void
}

/**
 * Waits until fewer than so many live migrations of this controller leave the guest's host. Nothing is held by it: of
 * several that wait the first to begin gets the place.
 *
 * @throws LandfallError those of finding the guest
 */
export async function waitForPlace(
  { sessions, store, clock }: RunContext,
  name: string,
  mostAtOnce: number,
  { assertWanted, onWait }: WaitOptions,
): Promise<void> {
  const { domain, session } = await findGuest(sessions, name)
  let told = ''
  for (;;) {
    const under = leaving(await store.unended('driven'), session.host.name)
    const isOwn = under.some(({ record }) => record.guest.uuid === domain.uuid)
    if (isOwn || under.length < mostAtOnce) return
    const guests = under.map(({ record }) => record.guest.name)
    assertWanted()
    if (guests.join() !== told) onWait(session.host.name, guests)
    told = guests.join()
    await clock.sleep(pollMs)
  }
}
