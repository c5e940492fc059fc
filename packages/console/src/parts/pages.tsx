import { Link } from '@tanstack/react-router'

const perPage = 100

/** What of a list a page of the address shows; the last page where there are not so many. */
export const onPage = <Item,>(items: readonly Item[], page: number): readonly Item[] => {
  const from = (shownPage(items.length, page) - 1) * perPage
  return items.slice(from, from + perPage)
}

const lastPage = (count: number): number => Math.max(1, Math.ceil(count / perPage))
const shownPage = (count: number, page: number): number => Math.min(page, lastPage(count))

export interface PagesProps {
  /** That are looked for. */
  readonly count: number
  readonly all: number
  readonly page: number
  readonly what: string
}

/** Where in a list the reader is, and the way on; the page stands in the address. */
export function Pages({ count, all, page, what }: PagesProps) {
  const last = lastPage(count)
  const shown = shownPage(count, page)
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
