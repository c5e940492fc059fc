import type { GuestRequest } from '@landfall/lab'

export const link = '150Mbit'
export const hostCount = 4
export const source = 'host1'

const MiB = 1024 ** 2
const small = { guest: 'rom', memory: 64 * MiB, diskWriteRate: 64 * 1024 } as const

/** A pass takes some four seconds: there is a middle in which to strike. */
export const guests: readonly GuestRequest[] = [
  { ...small, name: 'idle', on: source },
  { ...small, name: 'calm', on: source, writeSet: 16 * MiB, writeRate: 1 * MiB, rewrite: 'mixed' },
  { ...small, name: 'steady', on: source, writeSet: 16 * MiB, writeRate: 3 * MiB, rewrite: 'mixed' },
  { ...small, name: 'busy', on: source, writeSet: 24 * MiB, writeRate: 12 * MiB, rewrite: 'pages' },
]

/** Nobody asks for it to be moved. */
export const bystander: GuestRequest = {
  ...small,
  name: 'bystander',
  on: 'host2',
  writeSet: 8 * MiB,
  writeRate: 1 * MiB,
}
