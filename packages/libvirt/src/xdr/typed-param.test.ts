import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTypedParam, toRecord, writeTypedParam } from './typed-param.ts'
import type { TypedParam } from './typed-param.ts'
import { XdrReader } from './xdr-reader.ts'
import { XdrWriter } from './xdr-writer.ts'

const field = fc.string({ maxLength: 20 }).filter((name) => !name.includes('\0'))

const params: fc.Arbitrary<TypedParam> = fc.oneof(
  fc.record({ field, type: fc.constant('int' as const), value: fc.integer() }),
  fc.record({ field, type: fc.constant('uint' as const), value: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({
    field,
    type: fc.constant('llong' as const),
    value: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  }),
  fc.record({ field, type: fc.constant('ullong' as const), value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) }),
  fc.record({ field, type: fc.constant('double' as const), value: fc.double({ noNaN: true }) }),
  fc.record({ field, type: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ field, type: fc.constant('string' as const), value: field }),
)

it('reads back every type of parameter', () => {
  fc.assert(
    fc.property(params, (param) => {
      const writer = new XdrWriter()
      writeTypedParam(writer, param)
      const reader = new XdrReader(writer.finish())
      expect(readTypedParam(reader)).toEqual(param)
      reader.end()
    }),
  )
})

it('writes bandwidth the way libvirt demands it, as ullong', () => {
  const writer = new XdrWriter()
  writeTypedParam(writer, { field: 'bandwidth', type: 'ullong', value: 90n })
  expect(writer.finish().toString('hex')).toBe(
    `00000009${Buffer.from('bandwidth').toString('hex')}00000000000004000000000000005a`,
  )
})

it('refuses a type that does not exist', () => {
  const bytes = new XdrWriter().string('x').u32(9).int(0).finish()
  expect(() => readTypedParam(new XdrReader(bytes))).toThrow(expect.objectContaining({ code: 'LIBVIRT_BAD_BYTES' }))
})

it('makes a record by name', () => {
  const list: TypedParam[] = [
    { field: 'state.state', type: 'int', value: 1 },
    { field: 'cpu.time', type: 'ullong', value: 5n },
  ]
  expect(toRecord(list)).toEqual({ 'state.state': 1, 'cpu.time': 5n })
})
