const context = 3

/** A text as lines, each with its end; the last may have none. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/**
 * How a text changed, as `diff -u` says it: one hunk from the first changed line to the last. Nothing where it did not.
 * `/dev/null` stands for a file that is not there yet. It is shown, and not applied: of a secret only its name is in it.
 */
export function unifiedDiff(path: string, before: string | null, after: string): string[] {
  const a = linesOf(before ?? '')
  const b = linesOf(after)
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  if (before !== null && head === a.length && head === b.length) return []
  const from = Math.max(0, head - context)
  const behind = Math.min(tail, context)
  const span = (lines: readonly string[]): string => {
    const length = lines.length - tail + behind - from
    return `${length === 0 ? from : from + 1},${length}`
  }
  return [
    `--- ${before === null ? '/dev/null' : path}`,
    `+++ ${path}`,
    `@@ -${span(a)} +${span(b)} @@`,
    ...hunk(' ', a.slice(from, head)),
    ...hunk('-', a.slice(head, a.length - tail)),
    ...hunk('+', b.slice(head, b.length - tail)),
    ...hunk(' ', b.slice(b.length - tail, b.length - tail + behind)),
  ]
}

const hunk = (sign: string, lines: readonly string[]): string[] =>
  lines.flatMap((line) => {
    const end = line.endsWith('\n') ? [] : ['\\ No newline at end of file']
    return [sign + withoutSecret(line.replace(/\n$/, '')), ...end]
  })

/** What a hunk goes over, between two changes or beside one, may be anything of nova.conf. */
const withoutSecret = (line: string): string =>
  line
    .replace(
      /^(\s*[#;]?\s*[\w.-]*(?:passw|secret|token|credential|transport_url|connection(?!s))[\w.-]*\s*[=:]\s*)\S.*$/i,
      '$1***',
    )
    .replaceAll(/:\/\/[^\s/@]*@/g, '://***@')
