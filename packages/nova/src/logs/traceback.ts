import type { Said } from './events.ts'
import type { PrefixedLine } from './prefix.ts'
import { readPrefix } from './prefix.ts'

/** Methods that say what an exception interrupted. */
const method =
  /, in (check_can_live_migrate_destination|check_can_live_migrate_source|pre_live_migration|post_live_migration_at_destination|live_migration|_do_live_migration|_post_live_migration|_rollback_live_migration|_live_migration_operation|prep_resize|resize_instance|finish_resize|migrate_disk_and_power_off|_cold_migrate|_live_migrate)\s*$/
const ended =
  /^((?:[A-Za-z_][\w.]*)?(?:Error|Exception|Unacceptable|Invalid\w*|TooOld|ToSelf|Unavailable|NotAvailable|Exists|NotFound|Failed|Timeout|Host|Exceeded|Violation|Fault\w*|Rollback|\w+_Remote))(?:: (.*))?$/
const mostLines = 600
const mostMore = 6

/** Reads on behind a line that may have a traceback, until something else is said. */
export class Traceback {
  private readonly headline: PrefixedLine
  /** How many belong to it. */
  lines = 0
  /** Whether a traceback was seen, and not only lines that the message went on with. */
  begun = false
  private error = ''
  /** Lines that belong to the message: what libvirt said behind Nova's words, a command with what it wrote. */
  private readonly more: string[] = []
  /** The first of the known methods: the outermost, which an RPC server was asked for. */
  where: string | null = null

  constructor(headline: PrefixedLine) {
    this.headline = headline
  }

  /** False where the line is no longer part of it. */
  takes(text: string): boolean {
    if (this.lines >= mostLines) return false
    const line = readPrefix(text)
    if (line !== null && !(line.bare && line.logger === this.headline.logger && line.level !== 'INFO')) return false
    const message = line === null ? text : line.message
    if (line !== null && line.instance !== this.headline.instance && line.instance !== null) return false
    this.lines++
    this.begun ||= /Traceback \(most recent call last\)|^ +File "/.test(message)
    this.listen(message, line === null)
    this.where ??= method.exec(message)?.[1] ?? null
    if (/^\S/.test(message)) {
      const found = ended.exec(message.slice(0, 1000).trimEnd())
      if (found) this.error = found[0]
    }
    return true
  }

  private listen(message: string, raw: boolean): void {
    const text = message.trim()
    const told =
      /\b(?:Command|Exit code|Stderr): /.test(text) || (raw && !this.begun && !/^(?:\d*$|Refer to http)/.test(text))
    if (told && this.more.length < mostMore && !this.more.includes(text)) this.more.push(text.slice(0, 300))
  }

  /** What the headline said, with what the traceback adds to it. */
  complete(said: Said): Said {
    if (!('error' in said)) return said
    const own = said.error === '' ? this.error.slice(0, 500) : said.error
    const error = [own, ...this.more].filter((each) => each !== '').join('\n')
    return said.what === 'exception' ? { ...said, error, where: this.where } : { ...said, error }
  }
}
