import type { Silence } from './events.ts'
import { timeOf } from './prefix.ts'

/** Half a second is usual; a busy host may take some. */
const longSilenceMs = 3_000
const elapsedIn = / elapsed (\d{1,9}) steps /
const mostSilences = 400
const mostLost = 1000

/** What Nova says of each copy twice a second at DEBUG is not kept: only where it was silent, and where a line is missing. */
export class CopyWatch {
  readonly silences: Silence[] = []
  readonly lost: number[] = []
  /** Nova has said where a copy stands, and not yet what follows from it. */
  private halfSaid = false
  /** The latest time of the file's lines. */
  private latest: { at: number; file: number } | null = null
  /** The last line of a copy that is being watched, until something else is said. */
  private watched: { at: number; file: number; line: number; elapsedS: number | null } | null = null

  /** Any other line that may follow "Current ... elapsed". */
  follows(message: string): void {
    if (!this.halfSaid) return
    if (/^(?:Increasing downtime|No current step|Unable to increase)/.test(message)) this.halfSaid = false
  }

  /** Nova says something of each copy every half second at DEBUG. */
  chatter(text: string, file: number, line: number): void {
    const at = timeOf(text)
    if (at === null) return
    const elapsed = elapsedIn.exec(text)?.[1]
    if (elapsed !== undefined || text.includes('] Downtime does not')) this.paired(at, elapsed !== undefined)
    const before = this.watched
    this.heard(at, file, elapsed === undefined ? null : Number(elapsed))
    this.watched = { at, file, line, elapsedS: elapsed === undefined ? (before?.elapsedS ?? null) : Number(elapsed) }
  }

  /** "Current 50 elapsed 12 steps" and what follows from it are said in one breath. */
  private paired(at: number, isFirst: boolean): void {
    if (isFirst === this.halfSaid && this.lost.length < mostLost) this.lost.push(at)
    this.halfSaid = isFirst
  }

  heard(at: number, file: number, elapsedS: number | null = null): void {
    const before = this.watched
    this.watched = null
    const latest = this.latest?.file === file ? this.latest.at : -Infinity
    if (at > latest) this.latest = { at, file }
    // A line that is dated within one that was seen stands in the wrong place: nobody was silent.
    if (this.silences.length > 0) this.belie(at, file)
    if (before === null || before.file !== file || at - before.at < longSilenceMs) return
    if (latest > before.at + 1000 || this.silences.length >= mostSilences) return
    const passedS = elapsedS === null || before.elapsedS === null ? null : elapsedS - before.elapsedS
    this.silences.push({ from: before.at, to: at, file, line: before.line, passedS })
  }

  private belie(at: number, file: number): void {
    const wrong = this.silences.findLastIndex(
      (each) => each.file === file && at > each.from + 1000 && at < each.to - 1000,
    )
    if (wrong !== -1) this.silences.splice(wrong, 1)
  }
}
