import { ErrorNotice } from './notice.tsx'

export interface LoadingProps {
  readonly query: { readonly error: Error | null; readonly refetch: () => unknown }
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
