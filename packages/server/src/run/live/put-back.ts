import type { Domain } from '@landfall/libvirt'
import { migrationRole } from '../../guests/migration-role.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { limitMayBeChanged, throttleMayBeChanged } from '../../store/story/story.ts'
import { qemuThrottleBounds, setThrottleBounds } from './job/job-ports.ts'
import { forgetRate, tellsRate } from './job/switchover-rate.ts'

/** Something of the source's QEMU that outlives a migration which did not happen. */
interface Change {
  readonly what: string
  /** Whether it may have been made, by whoever drove the migration. */
  readonly mayBeMade: (story: MigrationStory) => boolean
  readonly undo: (domain: Domain, story: MigrationStory) => Promise<void>
  /** The command that undoes it. */
  readonly byHand: (story: MigrationStory) => string
}

const setParameter = ({ record }: MigrationStory, parameter: string): string =>
  `virsh qemu-monitor-command ${record.guest.name} --hmp migrate_set_parameter ${parameter}`

const changes: readonly Change[] = [
  {
    // The next migration, maybe somebody else's, must not inherit a pause that only this one's owner allowed.
    what: 'its downtime limit',
    mayBeMade: limitMayBeChanged,
    undo: (domain, { record }) => domain.migrateSetMaxDowntime(record.previousDowntimeLimitMs),
    byHand: ({ record }) => `virsh migrate-setmaxdowntime ${record.guest.name} ${record.previousDowntimeLimitMs}`,
  },
  {
    // The throttle itself ends with its migration (QEMU), but its bounds stay, and libvirt knows only two of the three.
    what: 'the bounds of its throttle',
    mayBeMade: throttleMayBeChanged,
    undo: (domain) => setThrottleBounds(domain, qemuThrottleBounds),
    byHand: (story) => setParameter(story, `max-cpu-throttle ${qemuThrottleBounds.most}`),
  },
  {
    // This outlives the migration, too; the launch options say whether it was set, even after a takeover.
    what: 'the rate that it stops by',
    mayBeMade: ({ record }) => tellsRate(record.plan.launch),
    undo: (domain) => forgetRate(domain),
    byHand: (story) => setParameter(story, 'avail-switchover-bandwidth 0'),
  },
]

/**
 * Undoes what was changed of a guest that its migration may have left on its source.
 *
 * @returns what could not be undone, each with what to do by hand
 */
export async function putBack(story: MigrationStory, source: HostSession): Promise<readonly string[]> {
  const remarks: string[] = []
  for (const { what, mayBeMade, undo, byHand } of changes) {
    if (!mayBeMade(story)) continue
    try {
      const domain = await leftOnSource(story, source)
      if (domain !== null) await undo(domain, story)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      remarks.push(`${what} could not be put back (${why}): on ${story.record.source} run "${byHand(story)}"`)
    }
  }
  return remarks
}

/** Null where there is none any more, and where its migration goes on after all: then who takes that up puts things back. */
async function leftOnSource({ record }: MigrationStory, source: HostSession): Promise<Domain | null> {
  const domain = await source.find(record.guest.uuid)
  return domain === null || (await migrationRole(domain)) === 'sends' ? null : domain
}
