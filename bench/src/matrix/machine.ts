import { MiB } from '@landfall/core'
import type { GuestKind } from '@landfall/lab'
import { settledMs } from '../settled.ts'
import type { About } from './results.ts'

/** What a matrix or a row of it runs on: the guest's size and the link between the hosts. */
export interface Machine {
  /** `rom` runs with KVM where there is one; `linux`, which real programs need, is emulated where KVM is a software one. */
  readonly guest: GuestKind
  readonly memoryMiB: number
  readonly vcpus: number
  /** As the laboratory takes it: `300Mbit`, `none`. */
  readonly link: string
  /** Whether all of the guest's memory is filled; else all but its write set is zero pages. */
  readonly fill: boolean
  /** What becomes of the link while a guest is moved; absent where nothing does. */
  readonly linkChange?: LinkChange
}

export interface LinkChange {
  /** Another's TCP connection that sends all it can, or a link of a tenth of its rate. */
  readonly kind: 'another-stream' | 'a-tenth'
  /** From the start of the migration. */
  readonly afterMs: number
  readonly forMs: number
}

/** 300 Mbit/s: pass 1 takes some eight seconds, and copying leaves the two cores to the guest. */
export const coreMachine: Machine = { guest: 'rom', memoryMiB: 288, vcpus: 1, link: '300Mbit', fill: true }

/** The same with a Linux guest, as all results were made before the ROM guest could rewrite a page in part. */
export const linuxMachine: Machine = { ...coreMachine, guest: 'linux' }

/** What a migration carries of that link; null where it is not shaped, and B is what two cores copy beside the guest. */
export function linkBytesPerSecond({ link }: Machine): number | null {
  const [, figure = '', unit] = /^(\d+)(Mbit|Gbit)$/.exec(link) ?? []
  if (unit === undefined) return null
  return ((Number(figure) * (unit === 'Gbit' ? 1e9 : 1e6)) / 8) * 0.955
}

/** Where the link is not shaped the time of a pass is only guessed, for limits of waiting. */
const unshapedGuess = 400 * 2 ** 20

/** A run that has gone on for so long is stopped: twelve times what one pass takes, and 100 s at least. */
export function longestRunMs(machine: Machine): number {
  const passS = (machine.memoryMiB * 2 ** 20) / (linkBytesPerSecond(machine) ?? unshapedGuess)
  return Math.max(100, Math.floor((12 * passS) / 10) * 10) * 1000
}

/** Filling takes some 100 MiB a second of an emulated guest, and a busy machine three times that. */
export const startDeadlineMs = ({ memoryMiB }: Machine): number => 60_000 + memoryMiB * 30
/** W ÷ M is about a third, as in the demo; where the rest is not filled it is all that a guest checks. */
export const writeSetOf = ({ memoryMiB }: Machine): number => Math.floor(memoryMiB / 3) * MiB

const checkedBytes = (machine: Machine): number => (machine.fill ? machine.memoryMiB * MiB : writeSetOf(machine))

/**
 * What a guest reads of its memory in a second, to check it: as in the core all of it in nine seconds, but no more than takes an eighth of
 * a vCPU of a software KVM.
 */
export const checkedPerSecond = (machine: Machine): number =>
  Math.min(128 * MiB, Math.max(32 * MiB, Math.ceil(checkedBytes(machine) / 9)))

/** So long a guest runs on its host before anybody moves it on: until it has read all that it checks, and a third longer. */
export const settlesMs = (machine: Machine): number =>
  Math.max(settledMs, Math.ceil((checkedBytes(machine) / checkedPerSecond(machine)) * (4 / 3) * 1000))

/** A sweep reads at least 32 MiB a second. */
export const sweepDeadlineMs = ({ memoryMiB }: Machine): number => 120_000 + memoryMiB * 100

/** The machine of results; the oldest do not say what was always so then. */
export const machineOf = ({
  guest = 'linux',
  memoryMiB,
  link,
  vcpus = 1,
  fill = true,
  linkChange,
}: About): Machine => ({
  guest,
  memoryMiB,
  vcpus,
  link,
  fill,
  ...(linkChange === undefined ? {} : { linkChange }),
})
