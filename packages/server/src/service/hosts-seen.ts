import type { Client, HostStatus } from '@landfall/api'
import type { Clock } from '../clock.ts'

const everyMs = 10_000

/** A host that came, or went. */
export interface HostChange {
  readonly host: string
  /** Null for one that answers. */
  readonly why: string | null
}

/** What the hosts answered when they were asked last, asked again and again. */
export class HostsSeen {
  readonly #client: Pick<Client, 'hosts'>
  readonly #clock: Clock
  readonly #onChange: (change: HostChange) => void
  #hosts: readonly HostStatus[] | null = null

  /** @param onChange told of hosts that do not answer when they are asked first, and of every change from then on */
  constructor(client: Pick<Client, 'hosts'>, clock: Clock, onChange: (change: HostChange) => void = () => undefined) {
    this.#client = client
    this.#clock = clock
    this.#onChange = onChange
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
      const now = await this.#client.hosts()
      for (const change of changesBetween(this.hosts, now)) this.#onChange(change)
      this.#hosts = now
      await this.#clock.sleep(everyMs, stopped)
    }
  }
}

/** Pure. */
export function changesBetween(before: readonly HostStatus[], now: readonly HostStatus[]): readonly HostChange[] {
  const known = new Map(before.map(({ name, reachable }) => [name, reachable]))
  return now.flatMap((status) => {
    const was = known.get(status.name) ?? true
    if (status.reachable === was) return []
    return [{ host: status.name, why: status.reachable ? null : status.why }]
  })
}
