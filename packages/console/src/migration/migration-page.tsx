import { LandfallError } from '@landfall/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTitle } from '../parts/use-title.ts'
import { reportQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { EndedMigration } from './ended-migration.tsx'
import { LiveMigration } from './live-migration.tsx'
import { useStory } from './use-story.ts'

/** One migration: followed while it is under way, its report once it has ended. */
export function MigrationPage() {
  const { id } = useParams({ from: '/migrations/$id' })
  useTitle(id)
  const { client } = useService()
  const { story, error } = useStory(id)
  // Asked for where it has ended already, and once more when it ends.
  const report = useQuery({
    ...reportQuery(client, id),
    enabled: story.report !== null || error !== null,
    retry: false,
  })
  if (report.data !== undefined) return <EndedMigration past={report.data} />
  if (error !== null && !report.isFetching) return <Missing id={id} error={report.error ?? error} />
  return <LiveMigration id={id} story={story} />
}

const Missing = ({ id, error }: { id: string; error: unknown }) => (
  <>
    <h1>{id}</h1>
    <ErrorNotice error={error} />
    {error instanceof LandfallError && error.code === 'no-migration' && (
      <p>
        <Link to="/migrations">The list of migrations</Link>
      </p>
    )}
  </>
)
