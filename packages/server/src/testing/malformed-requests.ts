import type { Scope } from '@landfall/api'
import * as fc from 'fast-check'
import { brokenValues, validValues } from './broken-values.ts'
import type { JsonSchema, Schemas } from './broken-values.ts'

/** As much of an OpenAPI document as requests are made from. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Schemas }
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } }
  readonly description: string
}

export interface MalformedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string | null
}

type Tokens = Readonly<Record<Scope, string>>

const base = '/api/v1'
const json = { 'content-type': 'application/json' }
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, 'web1')

/** Requests with just one thing wrong each; all else is as the document has it. `admin`'s token has to have expired. */
export function malformedRequests(document: ApiDocument, tokens: Tokens): fc.Arbitrary<MalformedRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const faults = operations.flatMap(({ path, method, operation }) => {
    const schema = operation.requestBody?.content['application/json'].schema
    const schemas = document.components.schemas
    const valid =
      schema === undefined ? fc.constant(null) : validValues(schema, schemas).map((body) => JSON.stringify(body))
    const good = { method, path: base + filled(path), headers: { ...bearer(tokens.operate), ...json } }
    const queries = (operation.parameters ?? []).filter((each) => each.in === 'query')
    const needsOperate = operation.description.includes('may operate')
    return [
      // The token.
      fc.record({ body: valid, headers: strangers(tokens) }).map(({ body, headers }) => ({
        ...good,
        body,
        headers: { ...json, ...headers },
      })),
      ...(needsOperate ? [valid.map((body) => ({ ...good, body, headers: { ...json, ...bearer(tokens.read) } }))] : []),
      // The path.
      ...(path.includes('{')
        ? [
            fc.record({ body: valid, value: badNames }).map(({ body, value }) => ({
              ...good,
              body,
              path: base + path.replace(/\{\w+\}/, value),
            })),
          ]
        : []),
      fc.record({ body: valid, tail: tails }).map(({ body, tail }) => ({ ...good, body, path: good.path + tail })),
      valid.chain((body) => fc.constantFrom('PUT', 'DELETE').map((other) => ({ ...good, body, method: other }))),
      // The query.
      ...queries.map(({ name, schema: wanted }) =>
        badQueries(wanted).map((value) => ({ ...good, body: null, path: `${good.path}?${name}=${value}` })),
      ),
      // The body.
      ...(schema === undefined
        ? []
        : [
            brokenValues(schema, schemas).map((body) => ({ ...good, body: JSON.stringify(body) })),
            noJson.map((body) => ({ ...good, body })),
            valid.chain((body) =>
              otherTypes.map((type) => ({ ...good, body, headers: { ...good.headers, 'content-type': type } })),
            ),
            fc.integer({ min: 65_537, max: 200_000 }).map((length) => ({ ...good, body: `"${'x'.repeat(length)}"` })),
          ]),
    ].map((each) => each.map((request) => withoutBody(request)))
  })
  return fc.oneof(...faults)
}

const strangers = (tokens: Tokens): fc.Arbitrary<Record<string, string>> =>
  fc.oneof(
    fc.constant({}),
    fc.constant(bearer(tokens.admin)),
    fc.constant({ authorization: tokens.operate }),
    fc.constant({ authorization: `Basic ${tokens.operate}` }),
    fc.constant(bearer(tokens.operate.slice(0, -1))),
    fc.constant(bearer(`${tokens.operate}A`)),
    fc.base64String({ minLength: 1, maxLength: 300 }).map((text) => bearer(`landfall_${text}`)),
    fc.stringMatching(/^[ -~]{0,80}$/).map((text) => ({ authorization: text })),
  )

/** Names that no guest has, so encoded that they reach the service. */
const badNames = fc.oneof(
  fc.constantFrom('%00', 'a%0Ab', '%7F', '%1B%5B2J', 'web1%0D%0AX-Evil:1', '..%2F..%2Fetc%2Fpasswd%00', '%C2%85'),
  fc.integer({ min: 256, max: 2000 }).map((length) => 'x'.repeat(length)),
)

/** Paths that are not there. */
const tails = fc.constantFrom(
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e%2f%2e%2e%2fetc/shadow',
  '/nothing/here/at/all',
  '%00',
  ';/../../healthz',
  '//',
  '/.git/config',
  '%5C..%5C..%5Cwindows%00',
)

const badQueries = (schema: JsonSchema): fc.Arbitrary<string> =>
  schema.maxLength === undefined
    ? fc.constantFrom('0', '-1', '1e9', 'x', '1.5', 'NaN', 'Infinity', '501', '%00', '0x10%20')
    : fc.integer({ min: schema.maxLength + 1, max: schema.maxLength * 4 }).map((length) => 'x'.repeat(length))

const noJson = fc.oneof(
  fc.constantFrom('', '{', '{"guest":}', "{'guest':'web1'}", '[1,', 'guest=web1', '<a/>', '\u0000', '{"guest":"web1"'),
  fc.string({ minLength: 1, maxLength: 60 }).filter((text) => !isJson(text)),
)

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const otherTypes = fc.constantFrom('text/plain', 'application/xml', 'multipart/form-data', 'application/jsonp', 'x')

/** None is sent with GET. */
function withoutBody(request: MalformedRequest): MalformedRequest {
  return request.method === 'GET' ? { ...request, body: null } : request
}
