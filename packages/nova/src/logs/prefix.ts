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
const requestPart = new RegExp(`req-${uuid}`, 'g')
const anyUuid = new RegExp(uuid)

let lastDay = -1
let lastDayMs = 0

/** Digits of a line as a number; NaN where one is none. */
function digitsAt(line: string, at: number, digits: number): number {
  let value = 0
  for (let index = at; index < at + digits; index++) {
    const digit = line.charCodeAt(index) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Of a line that begins with its date, as most do, without a regular expression: there are millions. */
function timeAtStart(line: string): number | null {
  if (line.charCodeAt(4) !== 45 || line.charCodeAt(10) !== 32 || line.charCodeAt(13) !== 58) return null
  const month = digitsAt(line, 5, 2)
  const date = digitsAt(line, 8, 2)
  const ms =
    ((digitsAt(line, 11, 2) * 60 + digitsAt(line, 14, 2)) * 60 + digitsAt(line, 17, 2)) * 1000 + digitsAt(line, 20, 3)
  if (!(month >= 1 && month <= 12 && date >= 1 && date <= 31 && ms < 86_401_000)) return null
  const day = (digitsAt(line, 0, 4) * 100 + month) * 100 + date
  if (day !== lastDay) {
    if (Number.isNaN(day)) return null
    lastDay = day
    lastDayMs = Date.UTC(Math.trunc(day / 10_000), month - 1, date)
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

/** Date, pid, level and logger of a line, and where what follows them begins. */
interface Head {
  readonly at: number
  readonly pid: number | null
  readonly level: string
  readonly logger: string
  readonly end: number
}

const levels = new Set(['DEBUG', 'INFO', 'WARNING', 'WARN', 'ERROR', 'CRITICAL', 'AUDIT', 'TRACE'])
const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** What {@link dated} finds in a line that begins with it, without a regular expression; null leaves it to that. */
function headAtStart(line: string): Head | null {
  const at = timeAtStart(line)
  if (at === null || line.charCodeAt(7) !== 45 || line.charCodeAt(16) !== 58) return null
  if (digitsAt(line, 11, 2) > 23 || digitsAt(line, 14, 2) > 59 || digitsAt(line, 17, 2) > 60) return null
  const separator = line.charCodeAt(19)
  if (separator !== 46 && separator !== 44) return null
  let from = 23
  while (isDigit(line.charCodeAt(from))) from++
  if (line.charCodeAt(from++) !== 32) return null
  let pid: number | null = null
  const begin = from
  while (isDigit(line.charCodeAt(from))) from++
  if (from > begin) {
    if (from - begin > 10 || line.charCodeAt(from) !== 32) return null
    pid = digitsAt(line, begin, from - begin)
    from++
  }
  const behindLevel = line.indexOf(' ', from)
  if (behindLevel === -1 || behindLevel - from > 8) return null
  const level = line.slice(from, behindLevel)
  if (!levels.has(level)) return null
  let end = behindLevel + 1
  while (line.charCodeAt(end) > 32) end++
  if (end === behindLevel + 1) return null
  const logger = line.slice(behindLevel + 1, end)
  return { at, pid, level, logger, end: line.charCodeAt(end) === 32 ? end + 1 : end }
}

function headAnywhere(line: string): Head | null {
  const found = dated.exec(line.length > longestWrapping ? line.slice(0, longestWrapping) : line)
  if (found === null) return null
  const at = timeIn(found)
  const [whole, , , , , , , , pid, level = '', logger = ''] = found
  return at === null
    ? null
    : { at, pid: pid === undefined ? null : +pid, level, logger, end: found.index + whole.length }
}

/** Null where it is no such line. */
export function readPrefix(line: string): PrefixedLine | null {
  const head = headAtStart(line) ?? headAnywhere(line)
  if (head === null) return null
  const { at, pid, level, logger } = head
  let rest = line.slice(head.end)
  if (rest.endsWith('\r')) rest = rest.slice(0, -1)
  if (colourful(rest)) rest = rest.replace(colour, '')
  let request: string | null = null
  let bare = true
  if (rest.startsWith('[') && !rest.startsWith('[instance: ')) {
    const close = rest.indexOf(']')
    if (close === -1) return null
    bare = false
    request = requestIn(rest, close)
    rest = rest.slice(close + 1).trimStart()
  }
  const instance = instanceAtStart(rest)
  return {
    at,
    pid,
    level: level === 'WARN' ? 'WARNING' : level,
    logger,
    request,
    instance,
    bare,
    message: instance === null ? rest : rest.slice(rest.charCodeAt(48) === 32 ? 49 : 48),
  }
}

/** With a global request id in front, the last is the request's own. */
function requestIn(rest: string, close: number): string | null {
  if (close < 40) return null
  const last = rest.lastIndexOf('req-', close)
  if (last === -1) return null
  if (last + 40 <= close && isUuid(rest, last + 4)) return rest.slice(last, last + 40)
  return rest.slice(1, close).match(requestPart)?.at(-1) ?? null
}

/** `[instance: UUID] ` */
function instanceAtStart(rest: string): string | null {
  if (!rest.startsWith('[instance: ') || rest.charCodeAt(47) !== 93 || !isUuid(rest, 11)) return null
  return rest.slice(11, 47).toLowerCase()
}

function isUuid(text: string, from: number): boolean {
  for (let index = 0; index < 36; index++) {
    const code = text.charCodeAt(from + index)
    const hyphen = index === 8 || index === 13 || index === 18 || index === 23
    if (hyphen ? code !== 45 : !(isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70)))
      return false
  }
  return true
}

/** A bracket with what begins a colour before it, as it is or as syslog and pagers write it. */
function colourful(text: string): boolean {
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === 27 || before === 51 || before === 94) return true
  }
  return false
}

/** The first UUID of a text, for the lines that name their instance in words. */
export const uuidIn = (text: string): string | null => anyUuid.exec(text)?.[0].toLowerCase() ?? null
