import type { Lease, Store } from '../../store/store.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import type { WriteEntries } from '../running-story.ts'
import { RunningStory } from '../running-story.ts'

/** A story that goes on in the store, under a lease. */
export function writtenStory(
  store: Store,
  lease: Lease,
  begun: MigrationStory,
  say: (message: string) => void,
): RunningStory {
  const write: WriteEntries = (entries, again) => store.append(lease, entries, { again })
  return new RunningStory(begun, write, say, {
    isSurelyOurs: () => store.isSurelyOurs(lease),
    release: () => store.release(lease),
  })
}
