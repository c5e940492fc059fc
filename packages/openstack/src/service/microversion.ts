import { OpenStackClientError } from '../errors.ts'

/** `2.93`, as two numbers: 2.9 is older than 2.10. */
export interface Microversion {
  readonly major: number
  readonly minor: number
}

export const formatMicroversion = ({ major, minor }: Microversion): string => `${major}.${minor}`

export function parseMicroversion(text: string): Microversion {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(text) ?? []
  if (major !== undefined && minor !== undefined) return { major: Number(major), minor: Number(minor) }
  throw new OpenStackClientError('OPENSTACK_BAD_ARGUMENT', `"${text}" is no microversion; one looks like 2.93`)
}

/** Below 0 where the first is older. */
export const compareMicroversions = (one: Microversion, other: Microversion): number =>
  one.major - other.major || one.minor - other.minor

export interface VersionRange {
  readonly oldest: Microversion
  readonly newest: Microversion
}

/**
 * The one that all calls are made with: what somebody asked for, else the newest that both sides know. Never `latest`: what a
 * call means may change with it.
 */
export function pinned(range: VersionRange, known: Microversion, wanted: Microversion | null): Microversion {
  if (wanted !== null) {
    if (isWithin(wanted, range)) return wanted
    throw new OpenStackClientError(
      'OPENSTACK_UNSUPPORTED',
      `microversion ${formatMicroversion(wanted)} is asked for, and the cloud has ${formatMicroversion(range.oldest)} to ${formatMicroversion(range.newest)}`,
    )
  }
  return compareMicroversions(known, range.newest) < 0 ? known : range.newest
}

const isWithin = (version: Microversion, { oldest, newest }: VersionRange): boolean =>
  compareMicroversions(oldest, version) <= 0 && compareMicroversions(version, newest) <= 0
