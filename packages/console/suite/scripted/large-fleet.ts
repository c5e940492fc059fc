import type { NumberedUpdate, UpdatesOptions } from '@landfall/api'
import type { Sample } from '@landfall/core'
import { MiB } from '@landfall/core'
import { ScriptedClient } from './client.ts'
import { guest, host } from './fleet.ts'
import { detailUnderWay, underWay } from './migrations.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** Names that are found by nobody else's part: g00042. */
const numbered = (letter: string, index: number): string => letter + String(index).padStart(5, '0')

/** 1,000 hosts with 10,000 guests, of which 500 are on their way. */
export function largeFleet(): ScriptedClient {
  return filled(new ScriptedClient())
}

function filled<Filled extends ScriptedClient>(client: Filled): Filled {
  client.fleet = numbers(1000).map((index) => host(numbered('h', index)))
  client.guests = numbers(10_000).map((index) =>
    guest(numbered('g', index), { host: numbered('h', index % 1000), migrating: index < 500 }),
  )
  client.under = numbers(500).map((index) => underWay(`m${index}`, { guest: numbered('g', index) }))
  return client
}

/** Whoever follows a migration is told ten samples a second, for ever. */
class MovingClient extends ScriptedClient {
  override async *updates(
    _id: string,
    { signal }: UpdatesOptions = {},
  ): AsyncGenerator<NumberedUpdate, void, undefined> {
    const beganAt = Date.now()
    for (let number = 100; ; number++) {
      if (signal?.aborted === true) return
      await new Promise((resolve) => setTimeout(resolve, 100))
      const elapsedMs = Date.now() - beganAt
      const within = (elapsedMs % 10_000) / 10_000
      const sample: Sample = {
        pass: 1 + Math.floor(elapsedMs / 10_000),
        passStarted: within < 0.01,
        remainingBytes: Math.round((1 - within) * 600 * MiB),
        bytesSent: Math.round((elapsedMs / 1000) * 91 * MiB),
        bandwidthBytesPerSecond: 91 * MiB,
        dirtyPagesPerSecond: null,
        pageSizeBytes: 4096,
        throttlePercent: 0,
        phase: 'active',
        elapsedMs,
      }
      const outlook = { etaMs: null, progress: 0.5, line: `will not converge: pass ${sample.pass}` }
      yield { number, update: { kind: 'sample', at: Date.now(), sample, outlook } }
    }
  }
}

export interface MovingFleet extends AsyncDisposable {
  readonly client: ScriptedClient
  /** From now on the verdict of the first migration is that. */
  readonly tell: (line: string) => void
}

/** The same, with every migration going on: other figures every second, and of each that is followed ten samples a second. */
export function movingFleet(): MovingFleet {
  const client = filled(new MovingClient())
  const still = client.under
  const [first] = still
  if (first !== undefined) client.details.set(first.id, detailUnderWay(first))
  let told: string | null = null
  const renew = (): void => {
    const share = (Date.now() % 60_000) / 60_000
    client.under = still.map((each, index) => ({
      ...each,
      sample: each.sample === null ? null : { ...each.sample, remainingBytes: Math.round(share * 2 ** 30) },
      outlook:
        each.outlook === null ? null : { ...each.outlook, line: index === 0 && told !== null ? told : `${share}` },
    }))
  }
  const timer = setInterval(renew, 1000)
  return {
    client,
    tell: (line) => {
      told = line
      renew()
    },
    [Symbol.asyncDispose]: async () => clearInterval(timer),
  }
}
