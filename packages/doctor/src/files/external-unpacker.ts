import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'

/** What Node.js cannot unpack itself, by the program that can; they are on every system that compresses so. */
const programs = { xz: ['xz', '-dc'], bzip2: ['bzip2', '-dc'] } as const

/** By a file's first bytes; null for what is none of these. */
export function externalFormat(head: Buffer): keyof typeof programs | null {
  if (head.length >= 4 && head.readUInt32BE() === 0xfd377a58) return 'xz'
  return head.toString('latin1', 0, 3) === 'BZh' ? 'bzip2' : null
}

const nothing = (): void => undefined

/** Takes packed bytes and gives text; an error where the program is not there or its input is broken. */
export function externalUnpacker(format: keyof typeof programs): Duplex {
  const [program, ...words] = programs[format]
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.on('error', () => undefined)
  let ended: { readonly error: Error | null } | null = null
  let whenEnded: (error: Error | null) => void = nothing
  const end = (error: Error | null): void => {
    ended ??= { error }
    whenEnded(ended.error)
  }
  child.on('error', (error) => end(error))
  child.on('close', (code) => end(code === 0 ? null : new Error(`${program} ended with ${String(code)}`)))
  child.stdout.on('data', (piece: Buffer) => unpacker.push(piece))
  const unpacker = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      if (child.stdin.writable) child.stdin.write(bytes, () => done())
      else done()
    },
    final: (done) => {
      whenEnded = (error) => {
        unpacker.push(null)
        done(error)
      }
      child.stdin.end()
      if (ended !== null) whenEnded(ended.error)
    },
  })
  return unpacker
}
