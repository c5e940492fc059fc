/**
 * Logs that are JSON, one object a line: oslo.log's own formatter, `journalctl -o json`, and what container runtimes keep. Each
 * object becomes the line that oslo.log would have written, with its traceback below it.
 *
 * @module
 */

type Fields = Readonly<Record<string, unknown>>

/** The lines that one line of a JSON log stands for; null where it is no such line. */
export function plainLines(line: string): readonly string[] | null {
  const fields = objectIn(line)
  if (fields === null) return null
  return ofOslo(fields) ?? ofJournal(fields) ?? ofContainer(fields)
}

/** A piece of a log in the same words, whatever it is written in. */
export const plainText = (text: string): string =>
  looksLikeJson(text)
    ? text
        .split('\n')
        .flatMap((line) => plainLines(line) ?? [line])
        .join('\n')
    : text

/** By its first character: no line of oslo.log's text begins so. */
export const looksLikeJson = (text: string): boolean => /^\s*\{\s*"/.test(text)

function objectIn(line: string): Fields | null {
  if (!line.trimStart().startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(line)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** oslo_log.formatters.JSONFormatter; with its context, and what the line is about in `extra`. */
function ofOslo(fields: Fields): readonly string[] | null {
  const { levelname, name, message, asctime, created, process, traceback } = fields
  if (typeof levelname !== 'string' || typeof name !== 'string' || message === undefined) return null
  const at = stamp(asctime, created, fields['msecs'])
  if (at === null) return null
  const context = isFields(fields['context']) ? fields['context'] : {}
  const extra = isFields(fields['extra']) ? fields['extra'] : {}
  const requests = [context['global_request_id'], context['request_id'] ?? fields['request_id']].map(text)
  const request = requests.filter((id) => id.startsWith('req-')).join(' ')
  const instance = instanceIn(extra['instance'] ?? fields['instance'] ?? context['instance'])
  const head = `${at} ${text(process) || '0'} ${levelname} ${name}`
  const [first = '', ...more] = text(message).split('\n')
  const below = (Array.isArray(traceback) ? traceback : typeof traceback === 'string' ? [traceback] : [])
    .flatMap((each) => text(each).split('\n'))
    .map((each) => `${head} ${instance}${each}`)
  return [`${head} [${request === '' ? '-' : request}] ${instance}${first}`, ...more, ...below]
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/** Either `[instance: UUID] `, or the UUID, or the instance as an object. */
function instanceIn(value: unknown): string {
  const found = uuid.exec(isFields(value) ? text(value['uuid']) : text(value))?.[0]
  return found === undefined ? '' : `[instance: ${found}] `
}

function stamp(asctime: unknown, created: unknown, msecs: unknown): string | null {
  const written = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?/.exec(text(asctime))
  if (written !== null) {
    const ms = written[3] ?? String(Math.trunc(Number(msecs) || 0)).padStart(3, '0')
    return `${written[1]} ${written[2]}.${ms.padEnd(3, '0').slice(0, 3)}`
  }
  return typeof created === 'number' ? utc(created * 1000) : null
}

const utc = (ms: number): string | null =>
  Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms).toISOString().replace('T', ' ').slice(0, 23) : null

/** MESSAGE is text, or its bytes; a line of the service keeps its own date, any other gets the journal's. */
function ofJournal(fields: Fields): readonly string[] | null {
  const { MESSAGE: message } = fields
  if (message === undefined || message === null) return null
  const said = Array.isArray(message) ? Buffer.from(message.map(Number)).toString('utf8') : text(message)
  const host = text(fields['_HOSTNAME'])
  const unit = text(fields['SYSLOG_IDENTIFIER'] ?? fields['_COMM'])
  const at = utc(Number(fields['_SOURCE_REALTIME_TIMESTAMP'] ?? fields['__REALTIME_TIMESTAMP'] ?? Number.NaN) / 1000)
  const wrapping =
    host === '' || at === null ? '' : `${at.replace(' ', 'T')}Z ${host} ${unit}[${text(fields['_PID'])}]: `
  return said.split('\n').map((line) => wrapping + line)
}

/** {"log": "...\n", "stream": "stderr", "time": "..."} */
function ofContainer(fields: Fields): readonly string[] | null {
  return typeof fields['log'] === 'string' ? fields['log'].replace(/\n$/, '').split('\n') : null
}
