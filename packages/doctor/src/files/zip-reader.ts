import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** A file that is no zip, or one of a kind that is not read (encrypted, compressed by another method). */
export class ZipError extends Error {}

export interface ZipMember {
  readonly name: string
  readonly bytes: number
  /** @throws ZipError */
  readonly read: () => Buffer
}

const endMark = 0x06054b50
const endBytes = 22
const entryMark = 0x02014b50
const entryBytes = 46
const localBytes = 30
/** The longest comment that may follow the directory. */
const mostComment = 65_535

/** The members of a zip by its directory, which is at its end. @throws ZipError, and the file system's errors */
export function readZip(path: string): readonly ZipMember[] {
  const directory = directoryOf(path)
  const members: ZipMember[] = []
  for (let at = 0; at + entryBytes <= directory.length && directory.readUInt32LE(at) === entryMark;) {
    const flags = directory.readUInt16LE(at + 8)
    const method = directory.readUInt16LE(at + 10)
    const packed = directory.readUInt32LE(at + 20)
    const bytes = directory.readUInt32LE(at + 24)
    const nameLength = directory.readUInt16LE(at + 28)
    const behind = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
    const offset = directory.readUInt32LE(at + 42)
    const name = directory.toString('utf8', at + entryBytes, at + entryBytes + nameLength)
    members.push({ name, bytes, read: () => memberOf(path, name, { flags, method, packed, offset }) })
    at += entryBytes + nameLength + behind
  }
  return members
}

function directoryOf(path: string): Buffer {
  return opened(path, (file) => {
    const { size } = fstatSync(file)
    const tail = piece(file, Math.max(0, size - endBytes - mostComment), Math.min(size, endBytes + mostComment))
    const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
    if (at < 0 || at + endBytes > tail.length || tail.readUInt32LE(at) !== endMark) throw new ZipError('it is no zip')
    const offset = tail.readUInt32LE(at + 16)
    const length = tail.readUInt32LE(at + 12)
    if (offset === 0xffffffff || offset + length > size) throw new ZipError('it breaks off, or is larger than 4 GiB')
    return piece(file, offset, length)
  })
}

interface Entry {
  readonly flags: number
  readonly method: number
  readonly packed: number
  readonly offset: number
}

function memberOf(path: string, name: string, { flags, method, packed, offset }: Entry): Buffer {
  if ((flags & 1) !== 0) throw new ZipError(`${name} is encrypted`)
  return opened(path, (file) => {
    const local = piece(file, offset, localBytes)
    const data = piece(file, offset + localBytes + local.readUInt16LE(26) + local.readUInt16LE(28), packed)
    if (method === 0) return data
    if (method !== 8) throw new ZipError(`${name} is compressed in a way that is not read`)
    return inflateRawSync(data)
  })
}

function opened<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r')
  try {
    return use(file)
  } finally {
    closeSync(file)
  }
}

function piece(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  if (readSync(file, bytes, 0, length, at) < length) throw new ZipError('it breaks off')
  return bytes
}
