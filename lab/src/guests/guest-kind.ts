import { LabError } from '../errors.ts'
import type { GuestRequest } from './guest-spec.ts'

export const guestKinds = ['rom', 'linux'] as const
/**
 * What a guest is made of: a firmware of 64 KiB that is all of the guest (guest/rom), or Debian's kernel with one program
 * (guest/linux).
 */
export type GuestKind = (typeof guestKinds)[number]

export type Accelerator = 'kvm' | 'tcg'

/** With what each kind of guest runs on this machine: with KVM where that was measured to be fast, else emulated. */
export type Accelerators = Readonly<Record<GuestKind, Accelerator>>

type Asked = Pick<GuestRequest, 'guest' | 'database' | 'program' | 'pattern' | 'rewrite' | 'burst' | 'compute'>

/** What of a request only Linux can do, in words; null where there is nothing. */
const needsLinux = ({ database = 0, program }: Asked): string | null =>
  program !== undefined ? program : database === 0 || database === '0' ? null : 'a database'

const needsRom = ({ pattern, rewrite, burst, compute = 0 }: Asked): string | null => {
  if (pattern === 'drift' || pattern === 'scan') return `the pattern ${pattern}`
  if (rewrite === 'stamp' || rewrite === 'mixed') return `to rewrite ${rewrite}`
  if (burst !== undefined) return 'bursts'
  return compute > 0 ? 'computing between its writes' : null
}

/**
 * The kind that a request is served with: the one that was asked for, or that can do it; else the Linux guest where KVM runs
 * it, the ROM guest where KVM runs that alone, and the Linux guest, emulated, without KVM. Throws `guest-kind-unfit` where
 * the one that was asked for cannot do it.
 */
export function chooseGuestKind(asked: Asked, accelerators: Accelerators): GuestKind {
  const linuxOnly = needsLinux(asked)
  const romOnly = needsRom(asked)
  if (linuxOnly !== null && romOnly !== null)
    throw new LabError('guest-kind-unfit', `no guest has ${linuxOnly} and ${romOnly}; leave one of them out`)
  const needed = linuxOnly !== null ? 'linux' : romOnly !== null ? 'rom' : null
  if (asked.guest !== undefined && needed !== null && asked.guest !== needed)
    throw new LabError('guest-kind-unfit', `${linuxOnly ?? romOnly} needs the ${needed} guest, not ${asked.guest}`)
  if (asked.guest !== undefined) return asked.guest
  if (needed !== null) return needed
  return accelerators.linux === 'tcg' && accelerators.rom === 'kvm' ? 'rom' : 'linux'
}
