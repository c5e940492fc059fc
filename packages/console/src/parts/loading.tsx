import { ErrorNotice } from './notice.tsx'

interface Asked {
  readonly error: Error | null
  readonly refetch: () => unknown
}

export interface LoadingProps {
  readonly query: Asked
  readonly words: string
}

/** What stands where a list will be: that it is asked for, or why there is none. */
export const Loading = ({ query: { error, refetch }, words }: LoadingProps) =>
  error === null ? (
    <p className="waiting" aria-busy="true">
      {words}
    </p>
  ) : (
    <ErrorNotice error={error} again={() => void refetch()} />
  )

/** Behind a form whose choices come from the service: why there are none, told once. */
export function Unanswered({ queries }: { queries: readonly (Asked & { readonly data: unknown })[] }) {
  const failed = queries.filter(({ data, error }) => data === undefined && error !== null)
  const [first] = failed
  if (first === undefined) return null
  return <ErrorNotice error={first.error} again={() => failed.forEach(({ refetch }) => void refetch())} />
}
