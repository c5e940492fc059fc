const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** A moment in the reader's zone, with UTC at hand. */
export function Time({ at, clockOnly = false }: { at: number; clockOnly?: boolean }) {
  const utc = new Date(at).toISOString()
  return (
    <time dateTime={utc} title={`${utc.replace('T', ' ').replace(/\.\d+Z$/, '')} UTC`}>
      {(clockOnly ? clock : day).format(at)}
    </time>
  )
}
