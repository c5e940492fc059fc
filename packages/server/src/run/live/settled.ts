import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'

/** How a call ended; `null` is no error. */
export interface Settled {
  readonly error: unknown
}

export type SettledValue<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'error'; readonly error: unknown }

/** Never rejects. */
export function settle(work: Promise<void>): Promise<Settled> {
  return work.then(
    () => ({ error: null }),
    (error: unknown) => ({ error: error ?? new Error('unknown') }),
  )
}

/** Never rejects. */
export function settleValue<T>(work: Promise<T>): Promise<SettledValue<T>> {
  return work.then(
    (value) => ({ kind: 'value', value }),
    (error: unknown) => ({ kind: 'error', error }),
  )
}

/** The call ended on our side; what became of it the hosts know. An error of libvirt's is an answer. */
export function isAnswerLost(error: unknown): boolean {
  return error !== null && !(error instanceof LibvirtError)
}

/** The connection broke while the call was under way; a time that ran out, or what else may have happened, is not that. */
export const isConnectionLost = (error: unknown): boolean =>
  error instanceof LibvirtClientError && error.code === 'LIBVIRT_CONNECTION_LOST'

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
