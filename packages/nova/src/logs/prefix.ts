/** One line of an oslo.log file, taken apart. */
export interface PrefixedLine {
  /** As logged: local time read as UTC, milliseconds since the epoch. */
  readonly at: number
  /** Null where the format leaves it out (ostackhost). */
  readonly pid: number | null
  readonly level: string
  /** `nova.virt.libvirt.driver` */
  readonly logger: string
  /** `req-...` of the request itself; null for periodic tasks without one. */
  readonly request: string | null
  readonly instance: string | null
  /** Without `[req-...]` or `[-]`: a line of a traceback. */
  readonly bare: boolean
  readonly message: string
}

/**
 * Date, pid, level, logger: `%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s` (oslo_log/_options.py). Looked for
 * anywhere, so that syslog, journald and containers may have put words of their own before it.
 */
const dated =
  /(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)[.,](\d{3})\d* (?:(\d{1,10}) )?(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|AUDIT|TRACE) (\S+) ?/
/** Nothing longer stands before the date. */
const longestWrapping = 400
const escape = String.fromCodePoint(27)
/** As it is, as syslog writes it, as some pagers do. */
const colour = new RegExp(`(?:${escape}|#033|\\\\033|\\^\\[)\\[[0-9;]*m`, 'g')
const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'
const instancePart = new RegExp(`^\\[instance: (${uuid})\\] ?`)
const requestPart = new RegExp(`req-${uuid}`, 'g')
const anyUuid = new RegExp(uuid)

let lastDay = -1
let lastDayMs = 0

/** Of a line that begins with its date, as most do, without a regular expression: there are millions. */
function timeAtStart(line: string): number | null {
  if (line.charCodeAt(4) !== 45 || line.charCodeAt(10) !== 32 || line.charCodeAt(13) !== 58) return null
  const of = (at: number, digits: number): number => {
    let value = 0
    for (let index = at; index < at + digits; index++) {
      const digit = line.charCodeAt(index) - 48
      if (!(digit >= 0 && digit <= 9)) return Number.NaN
      value = value * 10 + digit
    }
    return value
  }
  const [year, month, date] = [of(0, 4), of(5, 2), of(8, 2)]
  const ms = ((of(11, 2) * 60 + of(14, 2)) * 60 + of(17, 2)) * 1000 + of(20, 3)
  if (!(month >= 1 && month <= 12 && date >= 1 && date <= 31 && ms < 86_401_000)) return null
  const day = (year * 100 + month) * 100 + date
  if (day !== lastDay) {
    lastDay = day
    lastDayMs = Date.UTC(year, month - 1, date)
  }
  return lastDayMs + ms
}

/** The time of a line alone, where that is all that is asked. */
export function timeOf(line: string): number | null {
  const quick = timeAtStart(line)
  if (quick !== null) return quick
  const found = dated.exec(line.length > longestWrapping ? line.slice(0, longestWrapping) : line)
  return found === null ? null : timeIn(found)
}

function timeIn(found: RegExpExecArray): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = found.slice(1, 8).map(Number)
  // Date.UTC would carry on: a 13th month is no date of a log.
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null
  return Date.UTC(year, month - 1, day, hour, minute, second, ms)
}

/** Null where it is no such line. */
export function readPrefix(line: string): PrefixedLine | null {
  const found = dated.exec(line.length > longestWrapping ? line.slice(0, longestWrapping) : line)
  if (found === null) return null
  const [whole, , , , , , , , pid, level = '', logger = ''] = found
  const at = timeIn(found)
  if (at === null) return null
  let rest = line.slice(found.index + whole.length)
  if (rest.endsWith('\r')) rest = rest.slice(0, -1)
  if (rest.includes('[') && colourful(rest)) rest = rest.replace(colour, '')
  let request: string | null = null
  let bare = true
  if (rest.startsWith('[') && !rest.startsWith('[instance: ')) {
    const close = rest.indexOf(']')
    if (close === -1) return null
    bare = false
    // With a global request id in front, the last is the request's own.
    request = rest.slice(1, close).match(requestPart)?.at(-1) ?? null
    rest = rest.slice(close + 1).trimStart()
  }
  const instance = instancePart.exec(rest)
  return {
    at,
    pid: pid === undefined ? null : +pid,
    level: level === 'WARN' ? 'WARNING' : level,
    logger,
    request,
    instance: instance?.[1]?.toLowerCase() ?? null,
    bare,
    message: instance === null ? rest : rest.slice(instance[0].length),
  }
}

const colourful = (text: string): boolean => text.includes(escape) || text.includes('033[') || text.includes('^[[')

/** The first UUID of a text, for the lines that name their instance in words. */
export const uuidIn = (text: string): string | null => anyUuid.exec(text)?.[0].toLowerCase() ?? null
