import { cpus, release, totalmem } from 'node:os'

import type { GuestKind } from './guests/guest-kind.ts'
import type { LabState } from './state.ts'

/** The machine as results name it: a figure is of a processor, a kernel, an accelerator and a kind of KVM, and of no other. */
export const thisMachine = ({ accelerators, kvm }: LabState, guest: GuestKind) => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
  accelerator: accelerators[guest],
  kvm,
})
