import { LibvirtClientError } from '../errors.ts'

/** A count as the protocol's 64-bit numbers want it. Throws LIBVIRT_BAD_ARGUMENT unless it is whole and at least 0. */
export const wholeNumber = (name: string, value: number): bigint => {
  if (Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', `${name} must be a whole number of at least 0, not ${value}`)
}
