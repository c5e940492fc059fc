import type { ChildProcessByStdio } from 'node:child_process'
import { Duplex } from 'node:stream'
import type { Readable, Writable } from 'node:stream'

/** A child's standard input and output as one stream. It fails with the child's own words when the child does. */
export class ProcessStream extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  #complaint = ''
  #ended = false

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, name: string) {
    super({ allowHalfOpen: false })
    this.#child = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000)
    })
    child.stdout.on('data', (chunk) => {
      if (!this.destroyed && !this.push(chunk)) child.stdout.pause()
    })
    // Writing to a child that ended fails too, but its exit says why.
    child.stdin.on('error', () => {})
    child.on('close', (code, signal) => {
      this.#ended = true
      if (this.destroyed) return
      if (code === 0) this.push(null)
      else this.destroy(new Error(`${name} ended with ${code ?? signal}: ${this.#complaint.trim()}`))
    })
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => {
      done()
    })
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Only a process that is gone holds nothing any more. What it has started may outlive it and hold its output (a script around
    // ssh): that is not waited for.
    const child = this.#child
    const finish = (): void => {
      done(error)
    }
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
    if (this.#ended || child.exitCode !== null || child.signalCode !== null) finish()
    else {
      child.once('exit', finish)
      child.kill()
    }
  }
}
