import { wholeNumber } from '../domain/whole-number.ts'
import { LibvirtClientError } from '../errors.ts'
import type { TypedParam } from './typed-param.ts'

/** A named setting's field on the wire and its type there; servers refuse a wrong type. */
export type WireParam = readonly [field: string, type: 'string' | 'int' | 'uint' | 'llong' | 'ullong']

/**
 * Settings by name as typed parameters; what is undefined is left out. Throws LIBVIRT_BAD_ARGUMENT for a number that is no whole
 * one, or is negative where the type has no sign.
 */
export const toTypedParams = <Settings extends object>(
  wire: { readonly [Name in keyof Required<Settings>]: WireParam },
  settings: Settings,
): TypedParam[] => {
  const params: TypedParam[] = []
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue
    // The settings' type has no other names than the table.
    const [field, type] = wire[name as keyof Settings]
    params.push(oneParam(name, field, type, value))
  }
  return params
}

const oneParam = (name: string, field: string, type: WireParam[1], value: unknown): TypedParam => {
  if (type === 'string' && typeof value === 'string') return { field, type, value }
  if (typeof value === 'number') {
    if (type === 'ullong') return { field, type, value: wholeNumber(name, value) }
    if (type === 'uint') return { field, type, value: Number(wholeNumber(name, value)) }
    if (type !== 'string' && Number.isSafeInteger(value)) {
      return type === 'llong' ? { field, type, value: BigInt(value) } : { field, type, value }
    }
  }
  throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', `${name} cannot be ${String(value)}: libvirt takes ${type}`)
}
