import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'

const everyMs = 15_000
const probe = { caller: '', key: 'whether the store takes anything' }

/** Whether the store took something when it was tried last: to be read is not enough, a full disk still is. */
export class StoreSeen {
  readonly #keys: Pick<Store['keys'], 'claim' | 'drop'>
  readonly #clock: Clock
  #isWritable = true

  constructor({ keys }: { readonly keys: Pick<Store['keys'], 'claim' | 'drop'> }, clock: Clock) {
    this.#keys = keys
    this.#clock = clock
  }

  get isWritable(): boolean {
    return this.#isWritable
  }

  async watch(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      this.#isWritable = await this.#takesAnything()
      await this.#clock.sleep(everyMs, stopped)
    }
  }

  async #takesAnything(): Promise<boolean> {
    const key = { ...probe, at: this.#clock.now() }
    try {
      // Another server may try at the same moment: that it could is an answer, too.
      await this.#keys.claim(key, '')
      await this.#keys.drop(key)
      return true
    } catch {
      return false
    }
  }
}
