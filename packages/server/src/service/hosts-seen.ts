import type { Client, HostStatus } from '@landfall/api'
import type { Clock } from '../clock.ts'

const everyMs = 10_000

/** What the hosts answered when they were asked last, asked again and again. */
export class HostsSeen {
  readonly #client: Pick<Client, 'hosts'>
  readonly #clock: Clock
  #hosts: readonly HostStatus[] | null = null

  constructor(client: Pick<Client, 'hosts'>, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  get hosts(): readonly HostStatus[] {
    return this.#hosts ?? []
  }

  /** Whether every host was asked at least once. */
  get isKnown(): boolean {
    return this.#hosts !== null
  }

  async watch(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      this.#hosts = await this.#client.hosts()
      await this.#clock.sleep(everyMs, stopped)
    }
  }
}
