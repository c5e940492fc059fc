import type { GuestRequest, NovaOptions } from '@landfall/lab'
import type { Instance } from './instance.ts'

/** What one run showed. */
export interface Shown {
  readonly asExpected: boolean
  /** One line of figures. */
  readonly words: string
  readonly figures: unknown
}

/** Something that Landfall has to show beside a real Nova. */
export interface Case {
  readonly what: string
  readonly guest: GuestRequest
  /** Options of nova.conf on both hosts. */
  readonly options: NovaOptions
  readonly link: string
  /** Something is broken in it on purpose. */
  readonly breaks?: true
  /** Whether the guest is not to be used again. */
  readonly spoils?: true
  readonly run: (of: Instance, hostsFile: string) => Promise<Shown>
}

/** Rewrites 600 of its 1024 MiB as fast as it can. */
export const busy: GuestRequest = { name: 'busy1', memory: '1GiB', writeSet: '600MiB' }
/** Ends by itself: half a minute of copying over 200 Mbit/s, a whole one over 100. */
export const calm: GuestRequest = { name: 'calm1', memory: '1GiB', writeSet: '600MiB', writeRate: '5MiB' }
/** Moved in seconds. */
export const small = (name: string): GuestRequest => ({
  name,
  memory: '256MiB',
  writeSet: '16MiB',
  writeRate: '2MiB',
})

export const nothingArmed: NovaOptions = {}
export const autoConverge: NovaOptions = { libvirt: { live_migration_permit_auto_converge: true } }
export const postCopy: NovaOptions = { libvirt: { live_migration_permit_post_copy: true } }

export const fast = '800Mbit'
export const slow = '200Mbit'
export const slowest = '100Mbit'
