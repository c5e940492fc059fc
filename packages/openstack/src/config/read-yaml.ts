import { isAlias, isPair, isScalar, parseDocument, visit } from 'yaml'
import { OpenStackClientError } from '../errors.ts'

/** A value of a configuration, with numbers as openstacksdk hands them on: as text. */
export type ConfigValue = string | boolean | null | readonly ConfigValue[] | ConfigMap
export interface ConfigMap {
  readonly [key: string]: ConfigValue
}

export const isConfigMap = (value: ConfigValue | undefined): value is ConfigMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads YAML as openstacksdk does, by YAML 1.1: `no` is false, `0123` is 83, and `2.90` is the number 2.9, which then becomes
 * the text "2.9".
 */
export function readYaml(text: string): ConfigValue {
  const document = parseDocument(text, { version: '1.1', intAsBigInt: true, logLevel: 'silent' })
  const [problem] = document.errors
  if (problem !== undefined) throw bad(firstLine(problem.message))
  visit(document, {
    Scalar(_key, node) {
      node.value = asPython(node.value, node.source ?? '')
    },
    Pair(_key, pair) {
      if (isPair(pair) && isScalar(pair.key) && !isAlias(pair.key)) pair.key.value = String(pair.key.value)
    },
  })
  try {
    // What it holds is known from here on: texts, booleans and null, in lists and maps.
    return document.toJS() as ConfigValue
  } catch {
    // Its own words, and its cause, have the name of the alias, which may be a password that nobody put in quotes.
    throw bad('an alias (*NAME) has no anchor; a text that begins with * stands in quotes')
  }
}

const bad = (message: string): OpenStackClientError => new OpenStackClientError('OPENSTACK_BAD_CONFIG', message)

/** JSON is YAML but for its numbers, which are read alike. */
export const readJson = (text: string): ConfigValue => {
  try {
    JSON.parse(text)
  } catch {
    // Its own words quote what stands there, which may be a password.
    throw bad('it is no JSON')
  }
  return readYaml(text)
}

function asPython(value: unknown, source: string): unknown {
  // PyYAML knows these as words, and wants a point in every fraction.
  if (typeof value === 'boolean' && /^[yn]$/i.test(source)) return source
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return source
  if (typeof value !== 'number') return value
  if (!source.includes('.')) return source
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** With underscores for the dashes in its keys, as openstacksdk takes what belongs to a cloud. */
export function withUnderscores(value: ConfigValue): ConfigValue {
  if (Array.isArray(value)) return value.map((each: ConfigValue) => withUnderscores(each))
  if (!isConfigMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.replaceAll('-', '_'), withUnderscores(each)]),
  )
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text
