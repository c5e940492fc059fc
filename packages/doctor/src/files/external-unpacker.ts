import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'

/** What Node.js cannot unpack itself, by the program that can; they are on every system that compresses so. */
const programs = { xz: ['xz', '-dc'], bzip2: ['bzip2', '-dc'] } as const

/** By a file's first bytes; null for what is none of these. */
export function externalFormat(head: Buffer): keyof typeof programs | null {
  if (head.length >= 4 && head.readUInt32BE() === 0xfd377a58) return 'xz'
  return head.toString('latin1', 0, 3) === 'BZh' ? 'bzip2' : null
}

/** Takes packed bytes and gives text; an error where the program is not there or its input is broken. */
export function externalUnpacker(format: keyof typeof programs): Duplex {
  const [program, ...words] = programs[format]
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.on('error', () => undefined)
  const ended = Promise.withResolvers<Error | null>()
  child.on('error', (error) => ended.resolve(error))
  child.on('close', (code) => ended.resolve(code === 0 ? null : new Error(`${program} ended with ${String(code)}`)))
  child.stdout.on('data', (piece: Buffer) => unpacker.push(piece))
  const unpacker = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      if (child.stdin.writable) child.stdin.write(bytes, () => done())
      else done()
    },
    final: (done) => {
      child.stdin.end()
      void ended.promise.then((error) => {
        unpacker.push(null)
        done(error)
      })
    },
  })
  return unpacker
}
