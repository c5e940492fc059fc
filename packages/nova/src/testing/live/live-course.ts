/** A line of a curve that is in the log at its level. */
export interface LoggedPoint {
  readonly at: number
  readonly processedBytes: number
  readonly remainingBytes: number
}

/** What happened, with the times of the lines that tell it. */
export interface LiveCourse {
  readonly startedAt: number
  readonly copyingAt: number | null
  readonly endedAt: number
  readonly ended:
    | 'completed'
    | 'cancelled'
    | 'failed'
    | 'refused'
    | 'restarted'
    | 'silent'
    /** The log ends first. */
    | 'running'
  /** Logged points that are not all zero. */
  readonly points: readonly LoggedPoint[]
  readonly passes: number
  /** Time of the first word of each kind in the log. */
  readonly told: Readonly<Partial<Record<Telling, number>>>
}
export type Telling =
  | 'checked'
  | 'prepared'
  | 'timeout'
  | 'stuck'
  | 'outcome'
  | 'refusal'
  | 'restart'
  | 'orphan'
  | 'post-copy'
  | 'hypervisor-error'
  | 'queue-cancelled'
  /** The first line that names a copy that runs. */
  | 'copying'
