import type { Clock } from '../clock.ts'

/** What takes longer, because its host is silent, leaves its place to the next. */
const holdsForMs = 2000

/** Lets so much be done at the same time; the rest waits for its turn, in order. */
export class SoManyAtOnce {
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(most: number, clock: Pick<Clock, 'sleep'>) {
    this.#free = most
    this.#clock = clock
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    const done = new AbortController()
    void this.#clock.sleep(holdsForMs, done.signal).then(() => this.#leave())
    try {
      return await work()
    } finally {
      // Without a reason an error would be made for each.
      done.abort('done')
    }
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
