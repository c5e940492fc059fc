import { LibvirtClientError } from '../errors.ts'
import type { Clock } from '../rpc/clock.ts'

/** An AbortSignal that fires after a time, or when the caller's own does; its reason is always a LibvirtClientError. */
export interface Patience extends Disposable {
  readonly signal: AbortSignal
  /** Why it ran out; undefined while it lasts. */
  readonly spent: () => LibvirtClientError | undefined
}

export const patience = (clock: Clock, what: string, timeoutMs: number, outer: AbortSignal | undefined): Patience => {
  const controller = new AbortController()
  let spent: LibvirtClientError | undefined
  const end = (error: LibvirtClientError): void => {
    spent ??= error
    controller.abort(spent)
  }
  const cancelTimer = clock.after(timeoutMs, () => {
    end(new LibvirtClientError('LIBVIRT_TIMEOUT', `${what}: not done within ${timeoutMs} ms`))
  })
  const onAbort = (): void => {
    end(new LibvirtClientError('LIBVIRT_ABORTED', `${what}: given up by the caller`, { cause: outer?.reason }))
  }
  if (outer?.aborted === true) onAbort()
  outer?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    spent: () => spent,
    [Symbol.dispose]: () => {
      cancelTimer()
      outer?.removeEventListener('abort', onAbort)
    },
  }
}
