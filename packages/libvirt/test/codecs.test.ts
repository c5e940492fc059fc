import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseDescription } from '../protocol/description.ts'
import type { Field, FieldType } from '../protocol/description.ts'
import { generatedFiles } from '../protocol/generated-files.ts'
import type { EventMessage, Procedure } from '../src/protocol/procedure.ts'
import * as qemu from '../src/protocol/qemu.gen.ts'
import * as remote from '../src/protocol/remote.gen.ts'
import { XdrReader } from '../src/xdr/xdr-reader.ts'
import { XdrWriter } from '../src/xdr/xdr-writer.ts'

const descriptionText = await readFile(new URL('../protocol/protocol.txt', import.meta.url), 'utf8')
const description = parseDescription(descriptionText)

it('the generated files are what protocol.txt says (else: npm run protocol)', async () => {
  const generated = await generatedFiles(descriptionText)
  const onDisk = await Promise.all(
    [...generated.keys()].map(async (name): Promise<[string, string]> => [
      name,
      await readFile(new URL(`../src/protocol/${name}`, import.meta.url), 'utf8'),
    ]),
  )
  expect(new Map(onDisk)).toEqual(generated)
})

it.each([
  ['1 X - a', "'X' is neither H, L nor E"],
  ['1 H 1.0.0 a dom', "'dom' is not name:type"],
  ['a H 1.0.0 a', "'a' is not a procedure number"],
])('a description line "%s" is refused with its number', (line, message) => {
  expect(() => parseDescription(`program p 1\n${line}`)).toThrow(`protocol.txt line 2: ${message}`)
})

it('a type that nobody described is refused', async () => {
  await expect(generatedFiles('program p 1\n1 H - a x:nothing')).rejects.toThrow("unknown type 'nothing'")
})

const text = fc.string({ maxLength: 12 }).filter((value) => !value.includes('\0'))

const plain: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  int: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  i64: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  u64: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  double: fc.double({ noNaN: true }),
  string: text,
  uuid: fc.uuid(),
  typed_param: fc.record({ field: text, type: fc.constant('string'), value: text }),
}

const valueOf = (type: FieldType): fc.Arbitrary<unknown> => {
  if (type.kind === 'optional') return fc.option(valueOf(type.of), { nil: undefined })
  if (type.kind === 'list') return fc.array(valueOf(type.of), { maxLength: 3 })
  if (type.kind === 'fixedChars') return fc.uint8Array({ minLength: type.size, maxLength: type.size })
  if (type.kind === 'plain') {
    const fields = description.structs.find(({ name }) => name === type.name)?.fields
    return plain[type.name] ?? recordOf(fields ?? [])
  }
  return fc.uint8Array({ maxLength: 9 })
}

const recordOf = (fields: readonly Field[]): fc.Arbitrary<unknown> =>
  fields.length === 0
    ? fc.constant(undefined)
    : fc.record(Object.fromEntries(fields.map(({ name, type }) => [name, valueOf(type)])))

// The tables hold codecs of every type; here each gets what its own description says.
const tables = Object.values({ ...remote, ...qemu }).filter((entry) => typeof entry === 'object') as unknown as (
  | Procedure<unknown, unknown>
  | EventMessage<unknown>
)[]

const survives = (
  value: fc.Arbitrary<unknown>,
  write: (writer: XdrWriter, value: unknown) => void,
  read: (reader: XdrReader) => unknown,
): void => {
  fc.assert(
    fc.property(value, (original) => {
      const writer = new XdrWriter()
      write(writer, original)
      const reader = new XdrReader(writer.finish())
      expect(read(reader)).toEqual(original)
      reader.end()
    }),
    { numRuns: 10 },
  )
}

it('every call and event reads back what it writes', () => {
  let checked = 0
  for (const program of description.programs) {
    for (const call of program.calls) {
      const codec = tables.find((entry) => entry.program === program.number && entry.number === call.number)
      if (codec === undefined || !('readArgs' in codec)) throw new Error(`no codec for ${call.name}`)
      survives(recordOf(call.args), codec.writeArgs, codec.readArgs)
      survives(recordOf(call.results), codec.writeRet, codec.readRet)
      checked += 1
    }
    for (const event of program.events) {
      const codec = tables.find((entry) => entry.program === program.number && entry.number === event.number)
      if (codec === undefined || !('read' in codec)) throw new Error(`no codec for ${event.name}`)
      survives(recordOf(event.fields), codec.write, codec.read)
      checked += 1
    }
  }
  expect(checked).toBe(tables.length)
})
