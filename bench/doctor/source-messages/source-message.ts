export interface SourceMessage {
  readonly source: string
  readonly format: string
  /** Nova's release from which, and up to which, it can be met. */
  readonly oldest: number
  readonly newest: number
  /** `copy`: libvirt's answer in the copy; `check`: an exception of a check before it. */
  readonly met: 'copy' | 'check'
  readonly expected: string
  /** Held against the text of the source; else as it is remembered, or as it is quoted in public reports. */
  readonly compared: boolean
}

type Range = readonly [oldest: number, newest: number]
/** Liberty to 2026.2. */
const always: Range = [12, 34]

const maker =
  (compared: boolean) =>
  (met: SourceMessage['met'], source: string) =>
  (expected: string, format: string, [oldest, newest] = always): SourceMessage => ({
    source,
    format,
    met,
    expected,
    oldest,
    newest,
    compared,
  })

/** Messages whose format string was read in the source. */
export const compared = maker(true)
/** Messages that were not found there. */
export const recalled = maker(false)
