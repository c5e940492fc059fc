import { Link } from '@tanstack/react-router'

export const perPage = 100

export interface PagesProps {
  /** That are looked for. */
  readonly count: number
  readonly all: number
  readonly page: number
  readonly what: string
}

/** Where in a list the reader is, and the way on; the page stands in the address. */
export function Pages({ count, all, page, what }: PagesProps) {
  const last = Math.max(1, Math.ceil(count / perPage))
  const shown = Math.min(page, last)
  const from = (shown - 1) * perPage
  return (
    <nav className="actions dim" aria-label={`Pages of ${what}`}>
      <span>
        {count === 0 ? 0 : from + 1} to {Math.min(count, from + perPage)} of {count}
        {count === all ? '' : ` that are looked for, of ${all}`} {what}
      </span>
      {shown > 1 && (
        <Link to="." search={(search) => ({ ...search, page: shown - 1 })}>
          Before
        </Link>
      )}
      {shown < last && (
        <Link to="." search={(search) => ({ ...search, page: shown + 1 })}>
          Next
        </Link>
      )}
    </nav>
  )
}
