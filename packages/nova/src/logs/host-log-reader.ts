import type { Unreadable } from '../diagnosis/finding.ts'
import type { LogEvent, Said, ServiceEvent } from './events.ts'
import { ofAnyGuest } from './any-guest.ts'
import type { HostLog } from './host-log.ts'
import { marker, saysNothing } from './markers.ts'
import { whatIsSaid } from './messages.ts'
import type { PrefixedLine } from './prefix.ts'
import { CopyWatch } from './copy-watch.ts'
import { mayNameHost, ownHostIn } from './own-host.ts'
import { readPrefix, uuidIn } from './prefix.ts'
import { SampleRows } from './sample-rows.ts'
import { Traceback } from './traceback.ts'

/** Longer lines are cut: nothing that Nova says of a migration is as long. */
export const longestLine = 64 * 1024

interface OpenFile {
  readonly name: string
  readonly index: number
  /** Lines that are over. */
  lines: number
  /** What came of the line that is not over. */
  rest: string
  /** The line that is not over was too long and has been read for what it began with. */
  dropping: boolean
}

interface Pending {
  readonly line: PrefixedLine
  readonly said: Said
  readonly file: number
  readonly number: number
  readonly traceback: Traceback
}

/**
 * Reads one host's nova-compute (or ostackhost, conductor, scheduler) logs for what they say about migrations. Give it the
 * files one after the other, by blocks of text ({@link text}, fast) or line by line; of gigabytes it keeps kilobytes.
 * Never throws, whatever the bytes were.
 */
export class HostLogReader {
  private readonly host: string
  private readonly files: string[] = []
  private readonly fileIndex = new Map<string, number>()
  private readonly instances = new Map<string, LogEvent[]>()
  private readonly loose: LogEvent[] = []
  private readonly strangers: LogEvent[] = []
  private readonly services: ServiceEvent[] = []
  private readonly options = new Map<string, string>()
  private readonly words = new Map<string, string>()
  private readonly unread: Unreadable[] = []
  private readonly marker = marker()
  private readonly samples = new SampleRows()
  private readonly tooLong = new Map<string, number>()
  /** Where a file goes on that is come back to. */
  private readonly linesOf = new Map<string, number>()
  private open: OpenFile | null = null
  private pending: Pending | null = null
  private firstAt: number | null = null
  private lastAt: number | null = null
  private debug = false
  private readonly watch = new CopyWatch()
  private ownName: string | null = null
  private python2 = false
  private globalRequests = false
  private lineCount = 0
  private beside = 0

  constructor(host: string) {
    this.host = host
  }

  /**
   * A block of a file as it comes; lines may go on in the next. `file` names it in findings. Blocks of 64 KiB, as a Node.js
   * stream brings them, are read fastest and in the least memory; latin1 or UTF-8 make no difference to what is found.
   */
  text(chunk: string, file: string): void {
    const open = this.opened(file)
    let block = open.rest === '' ? chunk : open.rest + chunk
    open.rest = ''
    if (open.dropping) {
      const end = block.indexOf('\n')
      if (end === -1) return
      open.dropping = false
      open.lines++
      block = block.slice(end + 1)
    }
    const end = block.lastIndexOf('\n')
    if (end !== -1) this.scan(block, end + 1, open)
    const rest = block.slice(end + 1)
    if (rest.length <= longestLine) {
      open.rest = end === -1 ? rest : detached(rest)
      return
    }
    this.countTooLong(open.name)
    this.candidate(rest.slice(0, longestLine), open.index, open.lines + 1)
    open.dropping = true
  }

  /** One line without its end; `lineNumber` from 1. For sources that have lines already. */
  line(text: string, file: string, lineNumber: number): void {
    const open = this.opened(file)
    open.lines = Math.max(open.lines, lineNumber)
    let line = text
    if (line.length > longestLine) {
      this.countTooLong(file)
      line = line.slice(0, longestLine)
    }
    this.marker.lastIndex = 0
    if (this.pending !== null || this.marker.test(line)) this.candidate(line, open.index, lineNumber)
    else if (this.firstAt === null || lineNumber % 1024 === 0) this.seen(readPrefix(line)?.at)
  }

  unreadable(piece: Unreadable): void {
    this.unread.push(piece)
  }

  end(): HostLog {
    this.close()
    const tooLong = [...this.tooLong].map(([file, count]): Unreadable => ({ file, what: 'too-long', count }))
    return {
      host: this.host,
      ownName: this.ownName,
      python2: this.python2,
      globalRequests: this.globalRequests,
      silences: this.watch.silences,
      lost: this.watch.lost,
      files: this.files,
      instances: this.instances,
      loose: this.loose,
      strangers: this.strangers,
      services: this.services,
      options: this.options,
      firstAt: this.firstAt,
      lastAt: this.lastAt,
      debug: this.debug,
      lines: this.lineCount,
      unreadable: [...this.unread, ...tooLong],
    }
  }

  private opened(file: string): OpenFile {
    if (this.open?.name === file) return this.open
    this.close()
    let index = this.fileIndex.get(file)
    if (index === undefined) {
      index = this.files.length
      this.files.push(file)
      this.fileIndex.set(file, index)
    }
    this.open = { name: file, index, lines: this.linesOf.get(file) ?? 0, rest: '', dropping: false }
    return this.open
  }

  /** The file is over: so is its last line, and any traceback. */
  private close(): void {
    const { open } = this
    if (open !== null) {
      if (open.rest !== '') {
        const last = open.rest
        open.rest = ''
        this.scan(`${last}\n`, last.length + 1, open)
      }
      this.lineCount += open.lines - (this.linesOf.get(open.name) ?? 0)
      this.linesOf.set(open.name, open.lines)
    }
    this.settle()
    this.open = null
  }

  /** Whole lines up to `end`. */
  private scan(block: string, end: number, open: OpenFile): void {
    const { marker } = this
    let counted = 0
    let from = 0
    const numberAt = (position: number): number => {
      open.lines += newlines(block, counted, position)
      counted = position
      return open.lines + 1
    }
    this.seen(readPrefix(lineAt(block, 0))?.at)
    while (from < end) {
      if (this.pending === null) {
        marker.lastIndex = from
        const found = marker.exec(block)
        if (found === null || found.index >= end) break
        from = block.lastIndexOf('\n', found.index) + 1
      }
      const over = block.indexOf('\n', from)
      const line = block.slice(from, Math.min(over, from + longestLine))
      if (over - from > longestLine) this.countTooLong(open.name)
      this.candidate(line, open.index, numberAt(from))
      from = over + 1
    }
    numberAt(end)
    if (end > 1) this.seen(readPrefix(lineAt(block, block.lastIndexOf('\n', end - 2) + 1))?.at)
  }

  /** A line that has a marker, or follows one whose traceback is being read. */
  private candidate(text: string, file: number, number: number): void {
    if (this.pending?.traceback.takes(text) === true) {
      this.python2 ||= text.includes('/python2.')
      return
    }
    this.settle()
    if (saysNothing(text)) {
      this.debug = true
      this.watch.chatter(text, file, number)
      return
    }
    const line = readPrefix(text)
    if (line === null) return
    this.watch.follows(line.message)
    this.seen(line.at)
    this.watch.heard(line.at, file)
    if (!this.globalRequests && line.request !== null) this.globalRequests = text.includes(' [None req-')
    if (this.ownName === null && mayNameHost(text, line.message)) this.ownName = detachedOr(ownHostIn(text))
    if (this.serviceSays(line, file, number)) return
    const said = whatIsSaid(line)
    if (said === null) return
    if (line.level === 'DEBUG') this.debug = true
    if ('error' in said && (line.level === 'ERROR' || line.level === 'WARNING')) {
      this.pending = { line, said, file, number, traceback: new Traceback(line) }
      return
    }
    this.keep(line, said, file, number)
  }

  private settle(): void {
    const { pending } = this
    if (pending === null) return
    this.pending = null
    const said = pending.traceback.complete(pending.said)
    if (said.what === 'exception' && said.where === null) {
      // A whole traceback without any of a migration's methods is of something else, whatever its words: until its request is met.
      if (pending.traceback.begun || !aboutMigration.test(said.error)) return this.keepStranger(pending, said)
    }
    this.keep(pending.line, said, pending.file, pending.number)
  }

  private keepStranger({ line, file, number }: Pending, said: Said): void {
    const request = line.request === null ? null : this.interned(line.request)
    const event = {
      at: line.at,
      file,
      line: number,
      level: this.interned(line.level),
      request,
      said: this.compact(said),
    }
    if (this.strangers.length >= 2 * mostStrangers) this.strangers.splice(0, mostStrangers)
    this.strangers.push(event)
  }

  private keep(line: PrefixedLine, said: Said, file: number, number: number): void {
    const event: LogEvent = {
      at: line.at,
      file,
      line: number,
      level: this.interned(line.level),
      request: line.request === null ? null : this.interned(line.request),
      said: this.compact(said),
    }
    const instance = line.instance ?? namedIn(line, said)
    if (instance === null) {
      if (this.loose.length < mostLoose) this.loose.push(event)
      return
    }
    if (ofAnyGuest(said) && ++this.beside > mostBeside) return
    let events = this.instances.get(instance)
    if (events === undefined) {
      if (this.instances.size >= mostInstances) return
      events = []
      this.instances.set(detached(instance), events)
    }
    if (saidOften.has(said.what) && events.slice(-2).some((last) => last.said.what === said.what)) return
    if (ofAnyGuest(said)) shorten(events)
    events.push(said.what === 'running' ? this.samples.keep(event, said) : event)
    if (events.length > mostEvents) thin(events)
  }

  private serviceSays(line: PrefixedLine, file: number, number: number): boolean {
    const begins = line.message.charCodeAt(0)
    // S, C, G and R; options are printed by their names, in small letters.
    if (begins !== 83 && begins !== 67 && begins !== 71 && begins !== 82 && begins < 97) return false
    const started = /^Starting compute node \(version ([^)]{1,60})\)/.exec(line.message)
    const stopping = started === null && toldToStop.test(line.message)
    if (started !== null || stopping) {
      const version = started === null ? null : detached(started[1] ?? '')
      if (this.services.length < mostLoose) {
        const what = !stopping ? 'started' : begins === 71 ? 'stopped-waiting' : 'stopping'
        this.services.push({ at: line.at, file, line: number, what, version })
      }
      return true
    }
    const option = line.message.includes('log_opt_values') ? optionLine.exec(line.message) : null
    if (option === null) return false
    const name = option[1] === undefined ? `DEFAULT.${option[2] ?? ''}` : `${option[1]}.${option[2] ?? ''}`
    this.options.set(this.interned(name), detached((option[3] ?? '').trim()))
    return true
  }

  private seen(at: number | undefined): void {
    if (at === undefined) return
    this.firstAt = this.firstAt === null ? at : Math.min(this.firstAt, at)
    this.lastAt = this.lastAt === null ? at : Math.max(this.lastAt, at)
  }

  private countTooLong(file: string): void {
    this.tooLong.set(file, (this.tooLong.get(file) ?? 0) + 1)
  }

  /** No event may keep the block alive that it was cut from. */
  private compact(said: Said): Said {
    if ('error' in said && 'to' in said) {
      return { ...said, error: detached(said.error), ...(said.to === null ? {} : { to: this.interned(said.to) }) }
    }
    if ('error' in said) return { ...said, error: detached(said.error) }
    if (said.what === 'moved') return { ...said, from: this.interned(said.from), to: this.interned(said.to) }
    if ('to' in said) return { ...said, to: this.interned(said.to) }
    return said
  }

  private interned(word: string): string {
    const known = this.words.get(word)
    if (known !== undefined) return known
    const copy = detached(word)
    if (this.words.size < mostLoose) this.words.set(copy, copy)
    return copy
  }
}

/** Exceptions of who knows what: the last ones are kept. */
const mostStrangers = 500
const mostLoose = 100_000
const mostInstances = 200_000
/** What is said of guests whether they are migrated or not: a guest left on another host is known by it. */
const mostBeside = 100_000
/** Eleven hours of a curve; longer ones keep every second point. */
const mostEvents = 8192

/** By a signal; and since 2026.1, where the service waits for what it is doing (2026.2 says what it did not wait for). */
const toldToStop =
  /^(?:Caught|Received) SIG(?:TERM|INT)|^nova-compute service graceful shutdown started|^Graceful shutdown timed out with/
const optionLine =
  /^(?:(libvirt|compute|workarounds)\.)?((?:live_migration|block_migration)_\w+|max_concurrent_live_migrations) *= (.*?) ?log_opt_values/
/** Of an exception whose traceback is not there. */
const aboutMigration =
  /igrat|CPU info|shared storage|local storage|newer hypervisor|hypervisor type|Lack of memory|supplied disk path|CPU doesn't have compat/i

/** Lines that name their instance in words. */
function namedIn(line: PrefixedLine, said: Said): string | null {
  if (said.what === 'refused' || said.what === 'exception' || said.what === 'moved') {
    // Until Ocata the text of the exception is in its traceback alone.
    const text = 'error' in said ? `${line.message} ${said.error}` : line.message
    return uuidIn(/[Ii]nstance (\S+)|migrate (\S+)/.exec(text)?.[0] ?? '')
  }
  return null
}

/** Said twice a second until it is over. */
const saidOften: ReadonlySet<Said['what']> = new Set<Said['what']>([
  'timeout',
  'stuck',
  'low-watermark',
  'post-copy-failed',
  'abort-failed',
])

/** Said in a row of one guest, with nothing of a migration between: of the middle nothing is ever asked. */
const mostInARow = 16

function shorten(events: LogEvent[]): void {
  const from = events.length - mostInARow
  if (from < 0 || !events.slice(from).every(({ said }) => ofAnyGuest(said))) return
  events.splice(from + mostInARow / 2, 1)
}

/** Every second point of a curve goes; nothing else does, until there is too much of everything. */
function thin(events: LogEvent[]): void {
  let odd = false
  const kept = events.filter(({ said }) => said.what !== 'running' || (odd = !odd))
  const half = kept.length > mostEvents / 2 ? kept.slice(-mostEvents / 2) : kept
  events.splice(0, events.length, ...half)
}

function newlines(block: string, from: number, to: number): number {
  let count = 0
  for (let at = block.indexOf('\n', from); at !== -1 && at < to; at = block.indexOf('\n', at + 1)) count++
  return count
}

function lineAt(block: string, from: number): string {
  const over = block.indexOf('\n', from)
  return block.slice(from, Math.min(over === -1 ? block.length : over, from + 512))
}

/** A copy of its own: a slice of a block would keep all of it in memory. */
const detached = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1))
const detachedOr = (text: string | null): string | null => (text === null ? null : detached(text))
