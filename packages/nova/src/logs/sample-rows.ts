import type { LogEvent, Said } from './events.ts'

type Running = Extract<Said, { what: 'running' }>

/** at, file, line, elapsed, processed, remaining, total, and of disks processed and remaining. */
const columns = 9
const rowsOfBlock = 512

/**
 * "Migration running for ..." is most of what a busy host's logs say, hundreds of thousands of lines: their numbers lie in rows of
 * arrays, half of what objects of their own would take.
 */
export class SampleRows {
  #block = new Float64Array(0)
  #next = 0

  keep({ at, file, line, level, request }: LogEvent, said: Running): LogEvent {
    if (this.#next === this.#block.length) {
      this.#block = new Float64Array(rowsOfBlock * columns)
      this.#next = 0
    }
    const { elapsedS, processedBytes, remainingBytes, totalBytes, diskProcessedBytes, diskRemainingBytes } = said
    const numbers = [at, file, line, elapsedS, processedBytes, remainingBytes, totalBytes]
    this.#block.set([...numbers, diskProcessedBytes, diskRemainingBytes], this.#next)
    const event = new SampleEvent(this.#block, this.#next, level, request, said.format)
    this.#next += columns
    return event
  }
}

/** The line and what it says in one. */
class SampleEvent implements LogEvent, Running {
  readonly level: string
  readonly request: string | null
  readonly format: Running['format']
  readonly #block: Float64Array
  readonly #from: number

  constructor(block: Float64Array, from: number, level: string, request: string | null, format: Running['format']) {
    this.#block = block
    this.#from = from
    this.level = level
    this.request = request
    this.format = format
  }

  get what(): 'running' {
    return 'running'
  }

  get said(): Running {
    return this
  }

  get at(): number {
    return this.#number(0)
  }

  get file(): number {
    return this.#number(1)
  }

  get line(): number {
    return this.#number(2)
  }

  get elapsedS(): number {
    return this.#number(3)
  }

  get processedBytes(): number {
    return this.#number(4)
  }

  get remainingBytes(): number {
    return this.#number(5)
  }

  get totalBytes(): number {
    return this.#number(6)
  }

  get diskProcessedBytes(): number {
    return this.#number(7)
  }

  get diskRemainingBytes(): number {
    return this.#number(8)
  }

  /** As a point of a curve. */
  toJSON(): Readonly<Record<string, number>> {
    const { elapsedS, processedBytes, remainingBytes, totalBytes } = this
    return { elapsedS, processedBytes, remainingBytes, totalBytes }
  }

  #number(column: number): number {
    return this.#block[this.#from + column] ?? 0
  }
}
