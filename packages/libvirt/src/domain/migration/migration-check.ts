import { LibvirtClientError } from '../../errors.ts'
import { MigrateFlag } from '../../flags.ts'
import type { MigrateParams } from './migration-params.ts'

/**
 * The checks that libvirt makes only in its C library (libvirt-domain.c), so that a server would act on what they exclude; and the
 * combinations it refuses late, after the destination was prepared. Throws LIBVIRT_BAD_ARGUMENT.
 */
export const checkMigration = (destinationUri: string, params: MigrateParams, flags: number): void => {
  const has = (flag: number): boolean => (flags & flag) !== 0
  if (!has(MigrateFlag.PEER2PEER)) refuse('only peer-to-peer migrations are supported; add the flag PEER2PEER')
  checkDestination(destinationUri)
  const exclusive: readonly (readonly [keyof typeof MigrateFlag, keyof typeof MigrateFlag])[] = [
    ['TUNNELLED', 'PARALLEL'],
    ['TUNNELLED', 'POSTCOPY'],
    ['NON_SHARED_DISK', 'NON_SHARED_INC'],
  ]
  for (const [one, other] of exclusive) {
    if (has(MigrateFlag[one]) && has(MigrateFlag[other])) refuse(`the flags ${one} and ${other} exclude each other`)
  }
  const required: readonly (readonly [keyof typeof MigrateFlag, readonly (keyof typeof MigrateFlag)[]])[] = [
    ['NON_SHARED_SYNCHRONOUS_WRITES', ['NON_SHARED_DISK', 'NON_SHARED_INC']],
    ['POSTCOPY', ['LIVE']],
    ['POSTCOPY_RESUME', ['POSTCOPY']],
    ['ZEROCOPY', ['PARALLEL']],
    ['OFFLINE', ['PERSIST_DEST']],
  ]
  for (const [flag, others] of required) {
    if (has(MigrateFlag[flag]) && !others.some((other) => has(MigrateFlag[other]))) {
      refuse(`the flag ${flag} needs ${others.join(' or ')}`)
    }
  }
  const throttles = [params.autoConvergeInitialPercent, params.autoConvergeIncrementPercent]
  for (const percent of throttles) {
    if (percent === undefined) continue
    if (!has(MigrateFlag.AUTO_CONVERGE)) refuse('auto-converge parameters need the flag AUTO_CONVERGE')
    if (percent < 1 || percent > 99) refuse(`an auto-converge percentage must be 1 to 99, not ${percent}`)
  }
  if (params.parallelConnections !== undefined) {
    if (!has(MigrateFlag.PARALLEL)) refuse('parallelConnections needs the flag PARALLEL')
    if (params.parallelConnections < 1) refuse('parallelConnections must be at least 1')
  }
  if (has(MigrateFlag.TUNNELLED)) {
    const direct = ['migrateUri', 'listenAddress', 'disksPort', 'disksUri'] as const
    const used = direct.find((name) => params[name] !== undefined)
    if (used !== undefined) refuse(`${used} has no meaning in a TUNNELLED migration`)
  }
}

// The source daemon resolves this URI itself: a local one would make it migrate to itself, a missing one opens a default connection.
const checkDestination = (destinationUri: string): void => {
  let url: URL
  try {
    url = new URL(destinationUri)
  } catch {
    return refuse(`the destination '${destinationUri}' is not a libvirt URI (an example: qemu+tcp://host2/system)`)
  }
  if (url.hostname.startsWith('localhost')) refuse(`the destination '${destinationUri}' names the source host itself`)
  const named = url.searchParams.has('socket')
  if (url.hostname === '' && !named) refuse(`the destination '${destinationUri}' names no host`)
}

const refuse = (what: string): never => {
  throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', `migration refused: ${what}`)
}
