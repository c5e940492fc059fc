import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { LabError } from './errors.ts'
import type { Accelerators } from './guests/guest-kind.ts'
import type { GuestState } from './guests/guest-spec.ts'
import type { KvmKind } from './machine/kvm-kind.ts'
import { labPaths, labsDirectory } from './paths.ts'
import type { ProcessIdentity } from './machine/processes.ts'

export interface HostState {
  readonly name: string
  readonly address: string
  readonly uuid: string
  /** The host's own directory; `run` below it is the host's /run. */
  readonly directory: string
  readonly unixSocket: string
  readonly unixUri: string
  /** From the machine. */
  readonly tcpUri: string
  /** From another host, by name. */
  readonly peerUri: string
  /** The first process of the host's namespaces; null until it runs. */
  readonly holder: ProcessIdentity | null
}

export interface VolumeState {
  readonly name: string
  readonly sizeBytes: number
  readonly file: string
  readonly address: string
  readonly port: number
}

/**
 * What a laboratory is made of. It is written before anything of it is made, so that whoever finds it after a crash
 * knows every name under which something may be left.
 */
export interface LabState {
  readonly version: 2
  readonly name: string
  readonly directory: string
  readonly phase: 'starting' | 'up' | 'stopping'
  readonly release: string
  readonly root: string
  readonly machineBootId: string
  readonly createdAtMs: number
  /** Name of the machine's interface and of the cgroup. */
  readonly machineWideName: string
  readonly network: { readonly prefix: string; readonly hubAddress: string; readonly machineAddress: string }
  /** Bits per second of each host's link, null where it is not shaped. */
  readonly linkBitsPerSecond: number | null
  readonly accelerators: Accelerators
  /** What the machine's KVM rests on; null without /dev/kvm. */
  readonly kvm: KvmKind | null
  readonly kernel: string
  readonly initrd: string
  readonly rom: string
  readonly hub: { readonly directory: string; readonly holder: ProcessIdentity | null }
  /** Whether an OpenStack runs in it; absent in a state of before there were any. */
  readonly nova?: boolean
  readonly hosts: readonly HostState[]
  readonly volumes: readonly VolumeState[]
  readonly guests: readonly GuestState[]
}

/** The state of a laboratory, or null where there is none. */
export function readState(name: string): LabState | null {
  const { state } = labPaths(name)
  if (!existsSync(state)) return null
  try {
    const read = JSON.parse(readFileSync(state, 'utf8')) as LabState
    if (read.version !== 2) throw new TypeError(`version ${String(read.version)}`)
    return read
  } catch (cause) {
    throw new LabError('lab-unclean', `${state} cannot be read; run "landfall lab down --name ${name}"`, { cause })
  }
}

/** The state of a laboratory that is up. Rejects with `lab-not-up` where there is none. */
export function requireState(name: string): LabState {
  const state = readState(name)
  if (state === null || state.phase !== 'up') throw labNotUp(name)
  return state
}

/** Says which others are up: the name may have been mistyped. */
export function labNotUp(name: string): LabError {
  const others = knownStates().filter(({ phase }) => phase === 'up')
  const up = others.length === 0 ? '' : ` (up: ${others.map((other) => other.name).join(', ')})`
  const named = name === 'default' ? '' : ` --name ${name}`
  return new LabError('lab-not-up', `no laboratory "${name}" is up${up}; start it with "landfall lab up${named}"`)
}

export function writeState(state: LabState): void {
  const { state: file } = labPaths(state.name)
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** Names of all laboratories that have a directory, up or not. */
function knownLabs(): string[] {
  const directory = labsDirectory()
  if (!existsSync(directory)) return []
  return readdirSync(directory).filter((name) => existsSync(join(directory, name, 'state.json')))
}

/** The states of all laboratories of this directory, up or not, but for those that cannot be read. */
export function knownStates(): LabState[] {
  return knownLabs().flatMap((name) => {
    try {
      return readState(name) ?? []
    } catch {
      return []
    }
  })
}

export function requireHost(state: LabState, host: string): HostState {
  const found = state.hosts.find(({ name }) => name === host)
  if (found === undefined) {
    const names = state.hosts.map(({ name }) => name).join(', ')
    throw new LabError('host-unknown', `laboratory "${state.name}" has no host "${host}"; it has ${names}`)
  }
  return found
}

export function requireGuest(state: LabState, guest: string): GuestState {
  const found = state.guests.find(({ name }) => name === guest)
  if (found === undefined) {
    const names = state.guests.map(({ name }) => name).join(', ') || 'none'
    throw new LabError('guest-unknown', `laboratory "${state.name}" has no guest "${guest}"; it has ${names}`)
  }
  return found
}
