import type { Said } from './events.ts'
import type { PrefixedLine } from './prefix.ts'
import { readPrefix } from './prefix.ts'

/** Methods that say what an exception interrupted. */
const method =
  /, in (check_can_live_migrate_destination|check_can_live_migrate_source|pre_live_migration|post_live_migration_at_destination|live_migration|prep_resize|resize_instance|finish_resize|migrate_disk_and_power_off|_cold_migrate|_live_migrate)\s*$/
const ended =
  /^((?:[A-Za-z_][\w.]*)?(?:Error|Exception|Unacceptable|Invalid\w*|TooOld|ToSelf|Unavailable|NotAvailable|Exists|NotFound|Failed|Timeout|Host|Exceeded|Violation|Fault\w*|Rollback|\w+_Remote))(?:: (.*))?$/
const mostLines = 600

/** Reads on behind a line that may have a traceback, until something else is said. */
export class Traceback {
  private readonly headline: PrefixedLine
  /** How many belong to it. */
  lines = 0
  private error = ''
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
    this.where ??= method.exec(message)?.[1] ?? null
    if (/^\S/.test(message)) {
      const found = ended.exec(message.slice(0, 1000).trimEnd())
      if (found) this.error = found[0]
    }
    return true
  }

  /** What the headline said, with what the traceback adds to it. */
  complete(said: Said): Said {
    if (!('error' in said)) return said
    const error = said.error === '' ? this.error.slice(0, 500) : said.error
    return said.what === 'exception' ? { ...said, error, where: this.where } : { ...said, error }
  }
}
