import type { Bytes } from '@landfall/core'

/** What a service does with the migrations that Nova starts on a host: `some` are steered, by project or instance. */
export type NovaHands = 'steered' | 'some' | 'observed'

/** A host as it answers now, or as it did not long ago. */
export type HostStatus =
  | {
      readonly name: string
      readonly uri: string
      readonly reachable: true
      readonly hostname: string
      /** e.g. 11003000 is 11.3.0. */
      readonly libvirtVersion: number
      readonly qemuVersion: number
      readonly memoryBytes: Bytes
      readonly availableBytes: Bytes
      readonly runningGuests: number
      /** How long ago it answered so, in milliseconds: a service tells what it heard last, and waits for nobody. */
      readonly ageMs: number
      /** Where the service is configured beside Nova; absent otherwise. */
      readonly nova?: NovaHands
    }
  | {
      readonly name: string
      readonly uri: string
      readonly reachable: false
      readonly why: string
      /** When it was first seen silent, in milliseconds since 1970, by a service that asks it again and again; absent otherwise. */
      readonly silentSince?: number
      readonly nova?: NovaHands
    }
