export interface TransportOptions {
  readonly readOnly: boolean
  /** Gives up connecting. */
  readonly signal: AbortSignal
}
