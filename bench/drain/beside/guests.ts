import type { GuestRequest } from '@landfall/lab'

/** Of each host. */
export const link = { text: '400Mbit', bytesPerSecond: 400e6 / 8 }
export const hostCount = 4
export const source = 'host1'

const MiB = 1024 ** 2
/**
 * What each reads through and checks of its memory, all the while. At the laboratory's usual 32 MiB/s twelve of them want more than two
 * cores for that alone, and write a tenth to seven tenths of what is asked of them.
 */
export const checkRate = 4 * MiB
const small = { guest: 'rom', on: source, diskWriteRate: 64 * 1024, checkRate } as const

/**
 * Most write little, two a part of what the link carries, two more than a shared link carries. `times` makes their memory and
 * what they write of it larger, not the rates: against libvirt's own seconds for each move the copy then counts as it does for guests in use.
 */
export const guestsOf = (times: number): readonly GuestRequest[] => [
  ...[1, 2, 3, 4].map((number) => ({ ...small, name: `idle${number}`, memory: 64 * MiB * times })),
  ...[1, 2, 3, 4].map((number) => ({
    ...small,
    name: `calm${number}`,
    memory: 96 * MiB * times,
    writeSet: 16 * MiB * times,
    writeRate: number * MiB,
    rewrite: 'mixed' as const,
  })),
  ...[1, 2].map((number) => ({
    ...small,
    name: `steady${number}`,
    memory: 128 * MiB * times,
    writeSet: 32 * MiB * times,
    writeRate: 6 * MiB,
    rewrite: 'mixed' as const,
  })),
  ...[1, 2].map((number) => ({
    ...small,
    name: `busy${number}`,
    memory: 96 * MiB * times,
    writeSet: 32 * MiB * times,
    writeRate: 30 * MiB,
    rewrite: 'pages' as const,
  })),
]

/**
 * No order is faster, whoever moves them: each guest's memory once over the one link that leaves the host. Memory of these guests
 * is filled with noise, so that nothing is gained by zero pages or compression.
 */
export const boundMsOf = (guests: readonly GuestRequest[]): number =>
  (guests.reduce((sum, { memory }) => sum + Number(memory), 0) / link.bytesPerSecond) * 1000
