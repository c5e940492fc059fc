import type { Meaning } from './meaning.ts'
import { ofConnection } from './of-connection.ts'
import { ofCpu } from './of-cpu.ts'
import { ofHypervisor } from './of-hypervisor.ts'
import { ofNetwork } from './of-network.ts'
import { ofChecks } from './of-checks.ts'
import { ofControlPlane } from './of-control-plane.ts'
import { ofStorage } from './of-storage.ts'

/** How special a line is: words that many messages have come behind those that few have. */
const last = [
  'scp-failed',
  'libvirt-gone',
  'monitor-closed',
  'stream-ended',
  'io-error',
  'job-failed',
  'volume',
  'permission',
  'numa',
] as const
const isLast = ({ which }: Meaning): boolean => last.some((each) => each === which)

const special: readonly Meaning[] = [
  ...ofCpu,
  ...ofConnection,
  ...ofControlPlane,
  ...ofChecks,
  ...ofHypervisor,
  ...ofNetwork,
  ...ofStorage,
]

/** Everything that is understood; the first that fits is meant. */
export const meanings: readonly Meaning[] = [...special.filter((each) => !isLast(each)), ...special.filter(isLast)]

/** What a text means; null where it is not known. */
export const meaningOf = (text: string): Meaning | null => meanings.find(({ pattern }) => pattern.test(text)) ?? null
