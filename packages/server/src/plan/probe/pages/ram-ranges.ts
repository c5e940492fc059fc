import type { DomainDescription } from '@landfall/libvirt'

/** A stretch of guest-physical addresses that is RAM. */
export interface RamRange {
  readonly from: number
  readonly bytes: number
}

const MiB = 1024 ** 2
const GiB = 1024 ** 3
/** Below lie the VGA's window and ROMs: a read of a device may change it. */
const lowestBytes = MiB
/** On hosts with an AMD IOMMU QEMU moves what is above 4 GiB out of the way of 1 TiB (hw/i386/pc.c). */
const mostBytes = 900 * GiB

/**
 * Where the guest's memory lies, as far as it can be told without asking the guest: QEMU's two PC machines keep some of it
 * below 4 GiB and the rest from there on (hw/i386/pc_q35.c, pc_piix.c). Null for other machines and memory that was added
 * as devices.
 */
export function ramRanges({
  arch,
  machine,
  memoryBytes,
  memoryDevices,
}: Pick<DomainDescription, 'arch' | 'machine' | 'memoryBytes' | 'memoryDevices'>): readonly RamRange[] | null {
  if (arch !== 'x86_64' || memoryDevices > 0 || memoryBytes > mostBytes || memoryBytes <= lowestBytes) return null
  const lowBytes = bytesBelowHole(machine ?? '', memoryBytes)
  if (lowBytes === null) return null
  const low = { from: lowestBytes, bytes: lowBytes - lowestBytes }
  return lowBytes === memoryBytes ? [low] : [low, { from: 4 * GiB, bytes: memoryBytes - lowBytes }]
}

function bytesBelowHole(machine: string, memoryBytes: number): number | null {
  if (machine.startsWith('pc-q35-')) return memoryBytes >= 2.75 * GiB ? 2 * GiB : memoryBytes
  if (machine.startsWith('pc-i440fx-')) return memoryBytes >= 3.5 * GiB ? 3 * GiB : memoryBytes
  return null
}

/** The address at a place in all of the ranges laid end to end, 0 ≤ place < 1, so that a whole piece of it fits. */
export function addressAt(ranges: readonly RamRange[], place: number, pieceBytes: number): number | null {
  const pieces = ranges.map(({ bytes }) => Math.floor(bytes / pieceBytes))
  let index = Math.floor(place * pieces.reduce((sum, count) => sum + count, 0))
  for (const [i, { from }] of ranges.entries()) {
    const count = pieces[i] ?? 0
    if (index < count) return from + index * pieceBytes
    index -= count
  }
  return null
}
