import type { Accelerator, Accelerators, GuestKind } from './guests/guest-kind.ts'
import type { KvmKind } from './machine/kvm-kind.ts'
import { isUp, openLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { writeSpeed } from './records/progress.ts'
import { monotonicNowMs, readProgress } from './records/records.ts'
import { knownStates, labNotUp, readState } from './state.ts'
import type { HostState, LabState, VolumeState } from './state.ts'
import { tryRunInside } from './hosts/virsh.ts'

export interface GuestStatus {
  readonly name: string
  readonly guest: GuestKind
  readonly accelerator: Accelerator
  /** Hosts on which it is active now: one, or two in the middle of a migration, or none. */
  readonly activeOn: readonly string[]
  /** Over the last second; null where it tells nothing. */
  readonly pagesPerSecond: number | null
  readonly pagesWrong: number
}

export interface LabStatus {
  readonly name: string
  readonly up: boolean
  readonly directory: string
  readonly linkBitsPerSecond: number | null
  readonly accelerators: Accelerators
  readonly kvm: KvmKind | null
  readonly hosts: readonly Pick<HostState, 'name' | 'address' | 'unixUri' | 'tcpUri'>[]
  readonly guests: readonly GuestStatus[]
  readonly volumes: readonly VolumeState[]
}

/** How a laboratory does, asked from its hosts. Rejects with `lab-not-up` where there is none by that name. */
export async function status(name = 'default'): Promise<LabStatus> {
  const state = readState(name)
  if (state === null) throw labNotUp(name)
  const up = isUp(state)
  const active = up ? await activeDomains(state) : new Map<string, readonly string[]>()
  return {
    name,
    up,
    directory: state.directory,
    linkBitsPerSecond: state.linkBitsPerSecond,
    accelerators: state.accelerators,
    kvm: state.kvm,
    hosts: state.hosts.map(({ name, address, unixUri, tcpUri }) => ({ name, address, unixUri, tcpUri })),
    guests: await Promise.all(
      state.guests.map(async (guest) => {
        const samples = await readProgress(name, guest.name).catch(() => [])
        const now = monotonicNowMs()
        const last = samples.at(-1)
        const telling = up && last !== undefined && now - last.atMonotonicMs < 1000
        return {
          name: guest.name,
          guest: guest.guest,
          accelerator: guest.accelerator,
          activeOn: state.hosts.filter((host) => active.get(host.name)?.includes(guest.uuid)).map(({ name }) => name),
          pagesPerSecond: telling ? writeSpeed(samples, last.atMonotonicMs - 1000, last.atMonotonicMs) : null,
          pagesWrong: last?.pagesWrong ?? 0,
        }
      }),
    ),
    volumes: state.volumes,
  }
}

/** The laboratories that are up on this machine. */
export function findLabs(): Lab[] {
  return knownStates()
    .filter(isUp)
    .map(({ name }) => openLab(name))
}

async function activeDomains(state: LabState): Promise<Map<string, readonly string[]>> {
  const entries = state.hosts.map(async (host) => {
    const listed = await tryRunInside(host, ['virsh', 'list', '--uuid'], { deadlineMs: 5000 })
    return [host.name, listed.stdout.split('\n').filter(Boolean)] as const
  })
  return new Map(await Promise.all(entries))
}
