import { once } from 'node:events'
import { styleText } from 'node:util'
import { wrapWords } from './wrap-words.ts'

/** The streams a command writes to: results to `out`, everything about the work to `err`. */
export interface Terminal {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** One line, and whether it could be written: of what is shown only once. */
  readonly outTaken?: (line: string) => Promise<boolean>
  /** One line, given in pieces: of an answer that is too long to be held as one. */
  readonly outPieces?: (pieces: Iterable<string>) => Promise<void>
  /** Whether `err` is a terminal that can be redrawn. */
  readonly live: boolean
  readonly columns: () => number
  readonly style: (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string
  /** Replaces the block written by the last call, with nothing for no lines; only where `live`. */
  readonly redraw: (lines: readonly string[]) => void
  /** Leaves the block as it stands; what follows is written below it. */
  readonly settle: () => void
}

type Stream = NodeJS.WriteStream

/** The process's own terminal. NO_COLOR, TERM=dumb and a stream that is no terminal mean plain text. */
export function processTerminal(out: Stream = process.stdout, err: Stream = process.stderr): Terminal {
  let drawn = 0
  const live = err.isTTY && process.env['TERM'] !== 'dumb'
  return {
    out: (line) => writeLine(out, line),
    err: (line) => writeLine(err, line),
    outTaken: (line) => new Promise((resolve) => writeLine(out, line, (error) => resolve(!error))),
    // Whoever reads more slowly than it is written is waited for: what is not taken yet would all be held.
    outPieces: async (pieces) => {
      for (const piece of pieces) if (!out.write(piece) && !(await drained(out))) return
      out.write('\n')
    },
    live,
    columns: () => err.columns ?? 80,
    style: (style, text) => styleText(style, text, { stream: out }),
    redraw: (lines) => {
      if (!live) return
      const width = err.columns ?? 80
      // A row that the terminal breaks by itself would not be counted, and the next block be drawn too low.
      const rows = lines.flatMap((line) => wrapWords(line, width - 1))
      const cut = rows.map((row) => (row.length > width - 1 ? `${row.slice(0, width - 2)}…` : row))
      const up = drawn > 0 ? `\u001B[${drawn}A\r` : ''
      err.write(`${up}\u001B[J${cut.map((line) => `${line}\n`).join('')}`)
      drawn = cut.length
    },
    settle: () => {
      drawn = 0
    },
  }
}

export async function outTaken(terminal: Terminal, line: string): Promise<boolean> {
  if (terminal.outTaken !== undefined) return await terminal.outTaken(line)
  terminal.out(line)
  return true
}

export async function outInPieces(terminal: Terminal, pieces: Iterable<string>): Promise<void> {
  if (terminal.outPieces === undefined) terminal.out([...pieces].join(''))
  else await terminal.outPieces(pieces)
}

/** False where nothing more can be written, which main() hears of too. */
const drained = (stream: Stream): Promise<boolean> =>
  once(stream, 'drain').then(
    () => true,
    () => false,
  )

/** On a terminal long sentences break between words; what is piped or logged stays one line. */
function writeLine(stream: Stream, line: string, onWritten?: (error: Error | null | undefined) => void): void {
  const rows = stream.isTTY ? wrapWords(line, stream.columns ?? 80) : [line]
  stream.write(`${rows.join('\n')}\n`, onWritten)
}
