/**
 * An object as JSON, in pieces of one member of its lists: the answer to gigabytes of logs is never held as one string.
 */
export function* jsonPieces(answer: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{'
  for (const [key, value] of Object.entries(answer)) {
    if (value === undefined) continue
    const name = `${before}${JSON.stringify(key)}:`
    before = ','
    if (!Array.isArray(value) || value.length === 0) {
      yield name + JSON.stringify(value)
      continue
    }
    yield `${name}[`
    for (const [index, member] of value.entries()) {
      yield (JSON.stringify(member) ?? 'null') + (index === value.length - 1 ? ']' : ',')
    }
  }
  yield before === '{' ? '{}' : '}'
}
