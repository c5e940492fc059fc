import type { Call, Description, Field, FieldType, Program } from './description.ts'

const primitives: Readonly<Record<string, string>> = {
  int: 'number',
  u32: 'number',
  i64: 'bigint',
  u64: 'bigint',
  double: 'number',
  string: 'string',
  uuid: 'string',
}

const header = '// Generated from protocol/protocol.txt by protocol/write.ts. Do not edit.\n'

/** The TypeScript of all generated files by name (unformatted). Throws when a type is unknown or a name is used twice. */
export const generate = (description: Description): Map<string, string> => {
  const known = new Set([...Object.keys(primitives), 'typed_param', ...description.structs.map(({ name }) => name)])
  const context: Context = { known, structs: new Set() }
  const files = new Map<string, string>()
  const structs = description.structs.map(({ name, fields }) => structSource(name, fields, context)).join('\n')
  files.set('structs.gen.ts', assemble(structs, context, false))
  const seen = new Set<string>()
  for (const program of description.programs) {
    const own: Context = { known, structs: new Set() }
    const body = programSource(program, own, seen)
    files.set(`${program.name}.gen.ts`, assemble(body, own, true))
  }
  return files
}

interface Context {
  readonly known: ReadonlySet<string>
  /** Structures that the file being written refers to. */
  readonly structs: Set<string>
}

const assemble = (body: string, context: Context, isProgram: boolean): string => {
  const lines = [header]
  const typedParams = context.structs.delete('typed_param')
  if (isProgram) {
    const wanted = ['EventMessage', 'Procedure'].filter((name) => body.includes(`: ${name}<`))
    lines.push(`import type { ${wanted.join(', ')} } from './procedure.ts'`)
    const structs = [...context.structs].toSorted().map(pascal)
    const codecs = structs.flatMap((name) => [`read${name}`, `write${name}`])
    lines.push(`import { ${codecs.join(', ')} } from './structs.gen.ts'`)
    lines.push(`import type { ${structs.join(', ')} } from './structs.gen.ts'`)
  } else {
    lines.push(
      "import type { XdrReader } from '../xdr/xdr-reader.ts'",
      "import type { XdrWriter } from '../xdr/xdr-writer.ts'",
    )
  }
  if (typedParams) {
    lines.push("import { readTypedParam, writeTypedParam } from '../xdr/typed-param.ts'")
    lines.push("import type { TypedParam } from '../xdr/typed-param.ts'")
  }
  return `${lines.join('\n')}\n\n${body}`
}

const structSource = (name: string, fields: readonly Field[], context: Context): string => `
${interfaceSource(pascal(name), fields, context)}
export const write${pascal(name)} = (w: XdrWriter, v: ${pascal(name)}): void => { ${writeSource(fields)} }
export const read${pascal(name)} = (r: XdrReader): ${pascal(name)} => (${readSource(fields)})
`

const programSource = (program: Program, context: Context, seen: Set<string>): string => {
  const claim = (name: string): string => {
    if (seen.has(name)) throw new Error(`the name ${name} is used twice`)
    seen.add(name)
    return camel(name)
  }
  const number = `0x${program.number.toString(16)}`
  const parts = [`export const ${program.name}Program = ${number}\n`]
  for (const call of program.calls) parts.push(callSource(program, call, claim(call.name), context))
  for (const event of program.events) {
    const type = `${pascal(event.name)}Message`
    parts.push(`
${interfaceSource(type, event.fields, context)}
export const ${claim(event.name)}: EventMessage<${type}> = {
  program: ${program.name}Program, number: ${event.number}, name: '${event.name.toUpperCase()}',
  write: (w, v) => { ${writeSource(event.fields)} },
  read: (r) => (${readSource(event.fields)}),
}
`)
  }
  return parts.join('')
}

const callSource = (program: Program, call: Call, name: string, context: Context): string => {
  const argsType = call.args.length === 0 ? 'undefined' : `${pascal(call.name)}Args`
  const retType = call.results.length === 0 ? 'undefined' : `${pascal(call.name)}Ret`
  const interfaces = [
    call.args.length === 0 ? '' : interfaceSource(argsType, call.args, context),
    call.results.length === 0 ? '' : interfaceSource(retType, call.results, context),
  ].join('\n')
  return `
${interfaces}
export const ${name}: Procedure<${argsType}, ${retType}> = {
  program: ${program.name}Program, number: ${call.number}, name: '${call.name.toUpperCase()}',
  priority: '${call.priority}', since: ${call.since === undefined ? 'undefined' : `'${call.since}'`},
  writeArgs: ${writer(call.args)},
  readArgs: ${reader(call.args)},
  writeRet: ${writer(call.results)},
  readRet: ${reader(call.results)},
}
`
}

const writer = (fields: readonly Field[]): string =>
  fields.length === 0 ? '() => {}' : `(w, v) => { ${writeSource(fields)} }`

const reader = (fields: readonly Field[]): string =>
  fields.length === 0 ? '() => undefined' : `(r) => (${readSource(fields)})`

const interfaceSource = (name: string, fields: readonly Field[], context: Context): string =>
  `export interface ${name} { ${fields.map((field) => `readonly ${field.name}: ${typeSource(field.type, context)}`).join('; ')} }`

const typeSource = (type: FieldType, context: Context): string => {
  switch (type.kind) {
    case 'optional':
      return `${typeSource(type.of, context)} | undefined`
    case 'list':
      return `readonly ${typeSource(type.of, context)}[]`
    case 'opaque':
    case 'chars':
    case 'fixedChars':
      return 'Uint8Array'
    case 'plain':
      break
  }
  if (!context.known.has(type.name)) throw new Error(`unknown type '${type.name}'`)
  const primitive = primitives[type.name]
  if (primitive !== undefined) return primitive
  context.structs.add(type.name)
  return pascal(type.name)
}

const writeSource = (fields: readonly Field[]): string =>
  fields.map((field) => writeOne(`v.${field.name}`, field.type)).join('; ')

const writeOne = (value: string, type: FieldType): string => {
  switch (type.kind) {
    case 'optional':
      return `w.optional(${value}, ${itemWriter(type.of)})`
    case 'list':
      return `w.list(${value}, ${type.max}, ${itemWriter(type.of)})`
    case 'opaque':
    case 'chars':
      return `w.${type.kind}(${value})`
    case 'fixedChars':
      return `w.fixedChars(${value}, ${type.size})`
    case 'plain':
      break
  }
  return type.name in primitives ? `w.${type.name}(${value})` : `write${pascal(type.name)}(w, ${value})`
}

const itemWriter = (type: FieldType): string =>
  type.kind === 'plain' && !(type.name in primitives)
    ? `write${pascal(type.name)}`
    : `(w, v) => { ${writeOne('v', type)} }`

const readSource = (fields: readonly Field[]): string =>
  `{ ${fields.map((field) => `${field.name}: ${readOne(field.type)}`).join(', ')} }`

const readOne = (type: FieldType): string => {
  switch (type.kind) {
    case 'optional':
      return `r.optional(${itemReader(type.of)})`
    case 'list':
      return `r.list(${type.max}, ${itemReader(type.of)})`
    case 'opaque':
    case 'chars':
      return `r.${type.kind}(${type.max})`
    case 'fixedChars':
      return `r.fixedChars(${type.size})`
    case 'plain':
      break
  }
  return type.name in primitives ? `r.${type.name}()` : `read${pascal(type.name)}(r)`
}

const itemReader = (type: FieldType): string =>
  type.kind === 'plain' && !(type.name in primitives) ? `read${pascal(type.name)}` : `(r) => ${readOne(type)}`

const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const pascal = (name: string): string => camel(`_${name}`)
