/** The parsed form of protocol.txt. */
export interface Description {
  readonly structs: readonly { readonly name: string; readonly fields: readonly Field[] }[]
  readonly programs: readonly Program[]
}

export interface Program {
  readonly name: string
  readonly number: number
  readonly calls: readonly Call[]
  readonly events: readonly { readonly number: number; readonly name: string; readonly fields: readonly Field[] }[]
}

export interface Call {
  readonly number: number
  readonly name: string
  readonly priority: 'high' | 'low'
  readonly since: string | undefined
  readonly args: readonly Field[]
  readonly results: readonly Field[]
}

export interface Field {
  readonly name: string
  readonly type: FieldType
}

export type FieldType =
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'optional'; readonly of: FieldType }
  | { readonly kind: 'list'; readonly of: FieldType; readonly max: number }
  | { readonly kind: 'opaque' | 'chars'; readonly max: number }
  | { readonly kind: 'fixedChars'; readonly size: number }

/** Reads protocol.txt; every mistake names its line. */
export const parseDescription = (text: string): Description => {
  const structs: { name: string; fields: Field[] }[] = []
  const programs: { name: string; number: number; calls: Call[]; events: Program['events'][number][] }[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [head = '', ...rest] = line.split(/\s+/)
    const fail = (what: string): never => {
      throw new Error(`protocol.txt line ${index + 1}: ${what}`)
    }
    if (head === 'struct') {
      const [name = fail('a structure needs a name'), ...fields] = rest
      structs.push({ name, fields: fields.map((field) => parseField(field, fail)) })
    } else if (head === 'program') {
      const [name = fail('a program needs a name'), number = fail('a program needs a number')] = rest
      programs.push({ name, number: Number(number), calls: [], events: [] })
    } else {
      const program = programs.at(-1) ?? fail('a call outside a program')
      const number = /^\d+$/.test(head) ? Number(head) : fail(`'${head}' is not a procedure number`)
      const [kind = '', since = '-', name = fail('a procedure needs a name'), ...fields] = rest
      if (kind === 'E') {
        program.events.push({ number, name, fields: fields.map((field) => parseField(field, fail)) })
        continue
      }
      if (kind !== 'H' && kind !== 'L') fail(`'${kind}' is neither H, L nor E`)
      const arrow = fields.indexOf('->')
      const args = arrow === -1 ? fields : fields.slice(0, arrow)
      const results = arrow === -1 ? [] : fields.slice(arrow + 1)
      program.calls.push({
        number,
        name,
        priority: kind === 'H' ? 'high' : 'low',
        since: since === '-' ? undefined : since,
        args: args.map((field) => parseField(field, fail)),
        results: results.map((field) => parseField(field, fail)),
      })
    }
  }
  return { structs, programs }
}

const parseField = (text: string, fail: (what: string) => never): Field => {
  const colon = text.indexOf(':')
  if (colon < 1) fail(`'${text}' is not name:type`)
  return { name: text.slice(0, colon), type: parseType(text.slice(colon + 1), fail) }
}

const parseType = (text: string, fail: (what: string) => never): FieldType => {
  if (text.endsWith('?')) return { kind: 'optional', of: parseType(text.slice(0, -1), fail) }
  const list = /^(\w+)\[(\d+)\]$/.exec(text)
  if (list?.[1] !== undefined) {
    const max = Number(list[2])
    if (list[1] === 'opaque' || list[1] === 'chars') return { kind: list[1], max }
    return { kind: 'list', of: parseType(list[1], fail), max }
  }
  const fixed = /^chars(\d+)$/.exec(text)
  if (fixed !== null) return { kind: 'fixedChars', size: Number(fixed[1]) }
  return /^\w+$/.test(text) ? { kind: 'plain', name: text } : fail(`'${text}' is not a type`)
}
