import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'

/** Tags of a process before say nothing of the answers of this one. */
const ofThisProcess = randomUUID().slice(0, 8)
let made = 0
/** What was answered, by the very object: its tag, and its JSON, which is made once for all who ask. */
const answers = new WeakMap<object, { readonly tag: string; readonly json: string }>()

/**
 * Answers with JSON that carries an ETag, or with 304 and without it where whoever asks has it already (RFC 9110, 13.1.2). Two
 * answers are the same where they are the same object: who makes them keeps one for as long as nothing has changed.
 */
export function answerUnlessKnown(context: Context, result: object): Response {
  let answer = answers.get(result)
  if (answer === undefined) answers.set(result, (answer = { tag: newTag(), json: jsonOf(result) }))
  const headers = { etag: answer.tag, 'cache-control': 'private, no-cache' }
  if (context.req.header('if-none-match') === answer.tag) return context.body(null, 304, headers)
  return context.body(answer.json, 200, { ...headers, 'content-type': 'application/json' })
}

const newTag = (): string => `"${ofThisProcess}-${(made += 1)}"`

/** What of a list has not changed since it was answered last: of 10,000 guests most. */
const texts = new WeakMap<object, string>()

/** The same text as `JSON.stringify`, of an object without undefined values. */
const jsonOf = (result: object): string =>
  `{${Object.entries(result)
    .map(
      ([name, value]: [string, unknown]) =>
        `${JSON.stringify(name)}:${Array.isArray(value) ? listOf(value) : JSON.stringify(value)}`,
    )
    .join()}}`

const listOf = (list: readonly unknown[]): string => `[${list.map(elementOf).join()}]`

function elementOf(element: unknown): string {
  if (typeof element !== 'object' || element === null) return JSON.stringify(element)
  let text = texts.get(element)
  if (text === undefined) texts.set(element, (text = JSON.stringify(element)))
  return text
}
