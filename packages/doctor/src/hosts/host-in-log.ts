import { closeSync, openSync, readSync } from 'node:fs'
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { ownHostOf } from '@landfall/nova'
import { plainText } from '../files/plain-lines.ts'

/** So far into a log its own host's name is looked for: a service says it every minute. */
const headBytes = 2 ** 20
/** Packed, as much text comes of a tenth or less. */
const packedBytes = headBytes / 10
/** Of one host's rotated logs: one that names nobody in so many files names nobody in hundreds. */
const mostLookedInto = 4

/** The host that these logs are of, all of one; null where those that are looked into do not say. */
export function hostInLogs(paths: readonly string[]): string | null {
  for (const path of paths.slice(0, mostLookedInto)) {
    const host = hostInLog(path)
    if (host !== null) return host
  }
  return null
}

/** The host that a log is of, as its own lines have it; null where its beginning does not say. */
export function hostInLog(path: string): string | null {
  try {
    const file = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(headBytes)
      const head = buffer.subarray(0, readSync(file, buffer, 0, headBytes, 0))
      return ownHostOf(plainText(unpacked(head)))
    } finally {
      closeSync(file)
    }
  } catch {
    // That it cannot be read is told when it is read.
    return null
  }
}

function unpacked(head: Buffer): string {
  const flush = { finishFlush: constants.Z_SYNC_FLUSH }
  const packed = head.subarray(0, packedBytes)
  if (head[0] === 0x1f && head[1] === 0x8b) return gunzipSync(packed, flush).toString('latin1')
  if (head.length >= 4 && head.readUInt32LE() === 0xfd2fb528) {
    return zstdDecompressSync(packed, { finishFlush: constants.ZSTD_e_flush }).toString('latin1')
  }
  return head.toString('latin1')
}
