import type { MigrationUnderWay } from '@landfall/api'
import type { MigrationStory } from '../../../store/story/story.ts'
import type { ActiveMigration } from '../../request/active-migrations.ts'
import type { AboutLook } from './look.ts'

type Stand = Pick<MigrationUnderWay, 'id' | 'source' | 'destination' | 'status'>

/** One of this process, for a look at Nova. Pure. */
export const aboutActive = (stand: Stand, { uuid, running }: Pick<ActiveMigration, 'uuid' | 'running'>): AboutLook =>
  about(stand, uuid, running?.nova ?? null)

/** One that another process has, or nobody. Pure. */
export const aboutStory = (stand: Stand, { record: { guest, nova } }: Pick<MigrationStory, 'record'>): AboutLook =>
  about(stand, guest.uuid, nova ?? null)

const about = ({ id, source, destination, status }: Stand, uuid: string, nova: AboutLook['nova']): AboutLook => ({
  id,
  uuid,
  source,
  destination,
  status,
  nova,
})
