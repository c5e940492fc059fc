import { LibvirtClientError } from '../errors.ts'

// libvirt's CPU maps: bit n of byte n/8 stands for CPU n.

/** The numbers of the CPUs in a map. */
export const readCpuMap = (map: Uint8Array): number[] => {
  const cpus: number[] = []
  for (const [index, byte] of map.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) cpus.push(index * 8 + bit)
  }
  return cpus
}

/** A map with room for the highest of `cpus`. Throws LIBVIRT_BAD_ARGUMENT. */
export const writeCpuMap = (cpus: readonly number[]): Uint8Array => {
  const map = new Uint8Array(Math.floor(Math.max(0, ...cpus) / 8) + 1)
  for (const cpu of cpus) {
    if (!Number.isSafeInteger(cpu) || cpu < 0 || cpu >= 2048 * 8) {
      throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', `there is no CPU ${cpu}; count from 0`)
    }
    const index = Math.floor(cpu / 8)
    map[index] = (map[index] ?? 0) | (1 << (cpu % 8))
  }
  return map
}

/** Cuts several maps of `mapBytes` each apart. */
export const splitCpuMaps = (maps: Uint8Array, mapBytes: number): number[][] => {
  const all: number[][] = []
  for (let offset = 0; offset < maps.length; offset += mapBytes) {
    all.push(readCpuMap(maps.subarray(offset, offset + mapBytes)))
  }
  return all
}
