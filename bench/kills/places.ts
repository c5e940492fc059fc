import { openLab, waitForProgress } from '@landfall/lab'
import type { ProgressSample } from '@landfall/lab'
import type { Connection, Domain } from '@landfall/libvirt'
import { connect, isNoDomain, LibvirtError } from '@landfall/libvirt'

/** What a host says of a guest. */
export interface Place {
  readonly host: string
  readonly state: string
  readonly active: boolean
  readonly persistent: boolean
  readonly moving: boolean
}

/** Asks the laboratory's hosts themselves, past every server. */
export class Hosts implements AsyncDisposable {
  readonly #lab: string
  readonly #open = new Map<string, Connection>()

  constructor(lab: string) {
    this.#lab = lab
  }

  /** Every host that knows the guest, and what it says of it. */
  async placesOf(guest: string): Promise<readonly Place[]> {
    const places: Place[] = []
    for (const { name: host, unixUri } of openLab(this.#lab).state.hosts) {
      const place = await this.#ask(host, unixUri, guest, placeOn(host))
      if (place !== null) places.push(place)
    }
    return places
  }

  /** What of the source's settings a migration changes, and has to put back; null where the guest does not run there. */
  async limitsOf(guest: string, host: string): Promise<string | null> {
    const uri = openLab(this.#lab).state.hosts.find(({ name }) => name === host)?.unixUri
    return uri === undefined ? null : this.#ask(host, uri, guest, readLimits)
  }

  async #ask<T>(host: string, uri: string, guest: string, ask: (domain: Domain) => Promise<T>): Promise<T | null> {
    let connection = this.#open.get(host)
    if (connection === undefined) {
      connection = await connect(uri)
      this.#open.set(host, connection)
    }
    try {
      return await ask(await connection.domainLookupByName(guest))
    } catch (error) {
      if (isNoDomain(error)) return null
      this.#open.delete(host)
      await connection.close().catch(() => undefined)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#open.values()) await connection.close().catch(() => undefined)
  }
}

const placeOn =
  (host: string) =>
  async (domain: Domain): Promise<Place> => {
    const active = await domain.isActive()
    return {
      host,
      state: (await domain.getState()).state,
      active,
      persistent: await domain.isPersistent(),
      moving: active && (await hasJob(domain)),
    }
  }

/** The destination of a migration tells nothing of it but that it is none of its business. */
async function hasJob(domain: Domain): Promise<boolean> {
  try {
    return (await domain.getJobStats()).type !== 'none'
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_UNSUPPORTED') return true
    // It ended between two questions.
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_INVALID') return false
    throw error
  }
}

async function readLimits(domain: Domain): Promise<string> {
  const answer = await domain.qemuMonitorCommand({ execute: 'query-migrate-parameters' })
  const all = answer as Readonly<Record<string, unknown>>
  const names = ['cpu-throttle-initial', 'cpu-throttle-increment', 'max-cpu-throttle', 'max-bandwidth'] as const
  const parameters = names.map((name) => `${name}=${String(all[name])}`)
  return [...parameters, `downtime-limit=${await domain.migrateGetMaxDowntime()}`].join(' ')
}

/** What the guest itself says now, after it got on: null where it stays silent. */
export const heard = (lab: string, guest: string): Promise<ProgressSample | null> =>
  waitForProgress(lab, guest, { deadlineMs: 15_000 }).catch(() => null)
