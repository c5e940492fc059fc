/** What a live migration of Nova's was launched with, and what was wanted of it. */
export interface ArmedAndWanted {
  readonly postCopyArmed: boolean
  readonly throttleArmed: boolean
  readonly postCopyWanted: boolean
  /** The most that the guest may be slowed, in percent; 0 for not at all. */
  readonly maxSlowdownPercent: number
}

/** Options of nova.conf on the source that would have armed a permitted way which this migration did not have. */
export function missingOptions({
  postCopyArmed,
  throttleArmed,
  postCopyWanted,
  maxSlowdownPercent,
}: ArmedAndWanted): readonly MissingOption[] {
  return [
    ...(postCopyWanted && !postCopyArmed
      ? [{ option: 'live_migration_permit_post_copy', gives: 'post-copy' } as const]
      : []),
    // Nova arms it only where post-copy is not permitted.
    ...(maxSlowdownPercent > 0 && !throttleArmed && !postCopyArmed
      ? [{ option: 'live_migration_permit_auto_converge', gives: 'throttle' } as const]
      : []),
  ]
}

export interface MissingOption {
  readonly option: 'live_migration_permit_post_copy' | 'live_migration_permit_auto_converge'
  readonly gives: 'post-copy' | 'throttle'
}
