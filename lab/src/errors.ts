/** Everything that can go wrong in the laboratory, as stable strings that scripts may compare. */
export type LabErrorCode =
  | 'aborted'
  | 'command-failed'
  | 'deadline-passed'
  | 'guest-exists'
  | 'guest-kind-unfit'
  | 'guest-unknown'
  | 'host-unknown'
  | 'lab-already-up'
  | 'lab-busy'
  | 'lab-not-up'
  | 'lab-unclean'
  | 'lab-without-nova'
  | 'machine-unsuitable'
  | 'name-invalid'
  | 'nova-not-up'
  | 'nova-refused'
  | 'package-manager-busy'
  | 'packages-not-installed'
  | 'path-unusable'
  | 'quantity-invalid'
  | 'record-unreadable'
  | 'root-not-built'
  | 'subnets-exhausted'
  | 'volume-exists'

/** `message` is one line that says what to do next; `cause` keeps what happened underneath. */
export class LabError extends Error {
  readonly code: LabErrorCode

  constructor(code: LabErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'LabError'
    this.code = code
  }
}
