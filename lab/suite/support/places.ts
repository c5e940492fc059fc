import { connect, isNoDomain, LibvirtError } from '@landfall/libvirt'
import type { Domain } from '@landfall/libvirt'
import { openLab } from '@landfall/lab'
import { suiteLab } from './suite-lab.ts'

export interface Place {
  readonly host: string
  /** libvirt's word: running, paused, shutoff ... */
  readonly state: string
  readonly active: boolean
  readonly persistent: boolean
  /** Whether a job holds it. */
  readonly moving: boolean
}

/** Every host that knows the guest, and what it says of it. */
export async function placesOf(guest: string, lab = suiteLab().name): Promise<Place[]> {
  const places: Place[] = []
  for (const { name: host } of openLab(lab).state.hosts) {
    const ask = async (domain: Domain): Promise<Place> => {
      const active = await domain.isActive()
      return {
        host,
        state: (await domain.getState()).state,
        active,
        persistent: await domain.isPersistent(),
        moving: active && (await hasJob(domain)),
      }
    }
    const place = await onHost(host, guest, ask, lab)
    if (place !== null) places.push(place)
  }
  return places
}

/** Asks one host's libvirtd about a guest; null where it has none of that name. */
export async function onHost<T>(
  host: string,
  guest: string,
  ask: (domain: Domain) => Promise<T>,
  lab = suiteLab().name,
): Promise<T | null> {
  const uri = openLab(lab).state.hosts.find(({ name }) => name === host)?.unixUri
  if (uri === undefined) throw new Error(`the laboratory has no ${host}`)
  await using connection = await connect(uri)
  try {
    return await ask(await connection.domainLookupByName(guest))
  } catch (error) {
    if (isNoDomain(error)) return null
    throw error
  }
}

/** The destination of a running migration tells nothing of it but that it is none of its business. */
async function hasJob(domain: Domain): Promise<boolean> {
  try {
    return (await domain.getJobStats()).type !== 'none'
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_UNSUPPORTED') return true
    throw error
  }
}
