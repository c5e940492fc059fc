import { LibvirtClientError } from '../errors.ts'
import type { XdrReader } from './xdr-reader.ts'
import type { XdrWriter } from './xdr-writer.ts'

/** A typed parameter as libvirt sends it. Servers check the type strictly: `bandwidth` as `int` is refused. */
export type TypedParam = { readonly field: string } & TypedValue

export type TypedValue =
  | { readonly type: 'int' | 'uint' | 'double'; readonly value: number }
  | { readonly type: 'llong' | 'ullong'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }

/** 64-bit types are always bigint, so that a field's JavaScript type does not depend on its value. */
export type ParamValue = number | bigint | boolean | string

export type ParamRecord = Readonly<Record<string, ParamValue>>

export const readTypedParam = (reader: XdrReader): TypedParam => {
  const field = reader.string()
  const type = reader.u32()
  switch (type) {
    case 1:
      return { field, type: 'int', value: reader.int() }
    case 2:
      return { field, type: 'uint', value: reader.u32() }
    case 3:
      return { field, type: 'llong', value: reader.i64() }
    case 4:
      return { field, type: 'ullong', value: reader.u64() }
    case 5:
      return { field, type: 'double', value: reader.double() }
    case 6:
      return { field, type: 'boolean', value: reader.int() !== 0 }
    case 7:
      return { field, type: 'string', value: reader.string() }
    default:
      throw new LibvirtClientError('LIBVIRT_BAD_BYTES', `parameter '${field}' has the unknown type ${type}`)
  }
}

export const writeTypedParam = (writer: XdrWriter, param: TypedParam): void => {
  writer.string(param.field)
  switch (param.type) {
    case 'int':
      writer.u32(1).int(param.value)
      break
    case 'uint':
      writer.u32(2).u32(param.value)
      break
    case 'llong':
      writer.u32(3).i64(param.value)
      break
    case 'ullong':
      writer.u32(4).u64(param.value)
      break
    case 'double':
      writer.u32(5).double(param.value)
      break
    case 'boolean':
      writer.u32(6).int(param.value ? 1 : 0)
      break
    case 'string':
      writer.u32(7).string(param.value)
      break
  }
}

/** The parameters by name. A name sent more than once keeps its last value. */
export const toRecord = (params: readonly TypedParam[]): ParamRecord =>
  Object.fromEntries(params.map(({ field, value }) => [field, value]))
