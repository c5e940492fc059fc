import { LandfallError } from '@landfall/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTitle } from '../parts/use-title.ts'
import { EndedMigration } from './ended-migration.tsx'
import { LiveMigration } from './live-migration.tsx'
import { useStory } from './use-story.ts'

/** One migration: followed while it is under way, its report once it has ended. */
export function MigrationPage() {
  const { id } = useParams({ from: '/migrations/$id' })
  useTitle(id)
  const [asked, setAsked] = useState(0)
  const followed = useStory(id, asked)
  const queries = useQueryClient()
  const over = followed.kind === 'over'
  // The lists are another page's: what has ended meanwhile is not to be looked for in vain there.
  useEffect(() => {
    if (over) void queries.invalidateQueries()
  }, [over, queries])
  switch (followed.kind) {
    case 'asked':
      return (
        <>
          <h1>{id}</h1>
          <p className="waiting" aria-busy="true">
            It is looked for …
          </p>
        </>
      )
    case 'under-way':
      return <LiveMigration id={id} story={followed.story} />
    case 'over': {
      const { detail } = followed
      if (detail.state === 'ended') return <EndedMigration report={detail.report} past={detail.past} />
      const { code, message, next } = detail
      return (
        <>
          <h1>{detail.guest}</h1>
          <ErrorNotice error={new LandfallError(code, message, next === null ? {} : { next })} />
        </>
      )
    }
    case 'unknown': {
      const { error } = followed
      const isNone = error instanceof LandfallError && error.code === 'no-migration'
      return (
        <>
          <h1>{id}</h1>
          <ErrorNotice error={error} {...(isNone ? {} : { again: () => setAsked(asked + 1) })} />
          <p>
            <Link to="/migrations">The list of migrations</Link>
          </p>
        </>
      )
    }
  }
}
