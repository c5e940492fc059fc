import { LibvirtError } from '@landfall/libvirt'

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

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
