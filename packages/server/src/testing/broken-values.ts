import * as fc from 'fast-check'

/** As much of JSON Schema as the document uses. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

export type Schemas = Readonly<Record<string, JsonSchema>>

const words = fc.stringMatching(/^[a-z0-9-]{1,12}$/)

/** Values that a schema takes. */
export function validValues(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const one = resolved(schema, schemas)
  const choices = one.anyOf ?? one.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((each) => validValues(each, schemas)))
  if (one.const !== undefined) return fc.constant(one.const)
  if (one.enum !== undefined) return fc.constantFrom(...one.enum)
  switch (typesOf(one)[0]) {
    case 'object':
      return validObjects(one, schemas)
    case 'array':
      return fc.array(validValues(one.items ?? {}, schemas), { maxLength: Math.min(3, one.maxItems ?? 3) })
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: one.minimum ?? 0, max: one.maximum ?? 1000 })
    case 'number':
      return fc.double({
        min: one.minimum ?? (one.exclusiveMinimum ?? 0) + 0.001,
        max: one.maximum ?? 1000,
        noNaN: true,
      })
    case 'string':
      return words
    case 'null':
      return fc.constant(null)
    case undefined:
    default:
      throw new Error(`no values are known for ${JSON.stringify(one)}`)
  }
}

function validObjects({ properties = {}, required = [] }: JsonSchema, schemas: Schemas): fc.Arbitrary<object> {
  const all = Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, validValues(each, schemas)]))
  return fc.record(all, { requiredKeys: [...required] })
}

/** Values with one thing in them that their schema does not take. */
export function brokenValues(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const one = resolved(schema, schemas)
  return fc.oneof(...ownFaults(one, schemas), ...faultsWithin(one, schemas))
}

function ownFaults(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown>[] {
  const taken = new Set(takenTypes(schema, schemas))
  const others = wrongTypes.filter(([type]) => !taken.has(type)).map(([, value]) => value)
  const { maxLength, minLength = 0, pattern, maxItems, enum: words, additionalProperties } = schema
  return [
    fc.constantFrom(...others),
    ...(words === undefined ? [] : [fc.string().filter((word) => !words.includes(word))]),
    ...(maxLength === undefined ? [] : [fc.integer({ min: 1, max: 500 }).map((more) => 'x'.repeat(maxLength + more))]),
    ...(minLength > 0 ? [fc.constant('')] : []),
    ...numbersOutside(schema),
    // The one that is used: no control characters.
    ...(pattern === undefined ? [] : [fc.constantFrom('a\u0000', '\n', 'web1\u001B[2J', '\u0085x')]),
    ...(maxItems === undefined || schema.items === undefined
      ? []
      : [fc.array(validValues(schema.items, schemas), { minLength: maxItems + 1, maxLength: maxItems + 9 })]),
    ...(additionalProperties === false
      ? [
          fc
            .record({
              value: validObjects(schema, schemas),
              key: fc.string({ minLength: 1, maxLength: 20 }),
              more: fc.jsonValue(),
            })
            .filter(({ key }) => schema.properties?.[key] === undefined && key !== '__proto__')
            .map(({ value, key, more }) => ({ ...value, [key]: more })),
        ]
      : []),
    ...(schema.required ?? []).map((key) =>
      validObjects(schema, schemas).map((value) =>
        Object.fromEntries(Object.entries(value).filter(([each]) => each !== key)),
      ),
    ),
  ]
}

function numbersOutside({ type, minimum, exclusiveMinimum, maximum }: JsonSchema): fc.Arbitrary<number>[] {
  const by = fc.integer({ min: 1, max: 500 })
  return [
    ...(minimum === undefined ? [] : [by.map((less) => minimum - less)]),
    ...(exclusiveMinimum === undefined ? [] : [by.map((less) => exclusiveMinimum - less + 1)]),
    ...(maximum === undefined ? [] : [by.map((more) => maximum + more)]),
    ...(type === 'integer' ? [fc.constant(0.5)] : []),
  ]
}

function faultsWithin(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown>[] {
  const { properties = {}, items, anyOf, oneOf, additionalProperties } = schema
  const value = validObjects(schema, schemas)
  return [
    ...Object.entries(properties).map(([key, each]) =>
      fc.tuple(value, brokenValues(each, schemas)).map(([good, bad]) => ({ ...good, [key]: bad })),
    ),
    ...(typeof additionalProperties === 'object' && Object.keys(properties).length === 0
      ? [brokenValues(additionalProperties, schemas).map((bad) => ({ 'max-pause': bad }))]
      : []),
    ...(items === undefined ? [] : [brokenValues(items, schemas).map((bad) => [bad])]),
    // A fault of one choice may be right for another: only of those that a word tells apart.
    ...(anyOf ?? oneOf ?? [])
      .map((each) => resolved(each, schemas))
      .filter((each) => Object.values(each.properties ?? {}).some((property) => property.const !== undefined))
      .map((each) => brokenValues(each, schemas)),
  ]
}

const wrongTypes: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['number', 7],
  ['number', -0.5],
  ['boolean', true],
  ['string', 'web1'],
  ['array', []],
  ['array', [[]]],
  ['object', {}],
]

function takenTypes(schema: JsonSchema, schemas: Schemas): readonly string[] {
  const one = resolved(schema, schemas)
  const choices = one.anyOf ?? one.oneOf
  if (choices !== undefined) return choices.flatMap((each) => takenTypes(each, schemas))
  if (one.const !== undefined) return [typeof one.const]
  return typesOf(one).map((type) => (type === 'integer' ? 'number' : type))
}

const typesOf = ({ type }: JsonSchema): readonly string[] => (type === undefined ? [] : [type].flat())

function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (schema.$ref === undefined) return schema
  const found = schemas[schema.$ref.replace('#/components/schemas/', '')]
  if (found === undefined) throw new Error(`the document has no ${schema.$ref}`)
  return found
}
