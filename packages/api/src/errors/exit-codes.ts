/** What a script can tell from the exit code. Documented in docs/cli.md; stable. */
export const exitCodes = {
  /** Done as asked. */
  done: 0,
  /** Something inside Landfall went wrong. */
  internal: 1,
  /** Bad input: an option, a name, a value or a file. Nothing was started. */
  badInput: 2,
  /** Refused before it started: it could not be done within what was asked. The guest runs on as before. */
  refused: 3,
  /** Started and aborted: the guest runs on the source. */
  aborted: 4,
  /** Started and failed: the guest runs on the source. */
  failed: 5,
  /** A host could not be reached. Nothing was started; a drain that was followed until its service fell silent goes on. */
  unreachable: 6,
  /** A person has to look: the facts conflict, or a broken post-copy could not be resumed. */
  needsAttention: 7,
  /** The doctor found something that somebody has to look at. Nothing failed. */
  findings: 8,
  /** The doctor was given nothing that it could examine: no log of Nova, no configuration. All may be well, or not. */
  nothingExamined: 9,
  /** Left by Ctrl-C; the migration goes on. */
  leftRunning: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
