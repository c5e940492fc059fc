import { constants, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Unreadable } from '@landfall/nova'
import { LogFeed } from './log-feed.ts'

/** Lines that do not compress to nothing. */
const text = Array.from({ length: 60_000 }, (_, i) => `${i} ${Math.imul(i, 2_654_435_761).toString(36)} ü\n`).join('')
const bytes = Buffer.from(text)

async function feed(content: Buffer, pieceBytes = 65_536): Promise<{ text: string; unreadable: Unreadable[] }> {
  const pieces: string[] = []
  const unreadable: Unreadable[] = []
  const log = new LogFeed('a.log', {
    text: (chunk) => pieces.push(chunk),
    line: (line) => pieces.push(`${line}\n`),
    unreadable: (what) => unreadable.push(what),
  })
  // One buffer, used again and again, as a file is read.
  const buffer = Buffer.alloc(pieceBytes)
  for (let at = 0; at < content.length; at += pieceBytes) {
    const length = content.copy(buffer, 0, at, at + pieceBytes)
    await log.write(buffer.subarray(0, length))
  }
  await log.end()
  return { text: pieces.join(''), unreadable }
}

describe('a log comes out as it is', () => {
  test.each([
    ['plain', bytes],
    ['gzipped', gzipSync(bytes)],
    ['gzipped in two parts', Buffer.concat([gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000))])],
    ['zstd', zstdCompressSync(bytes)],
  ])('%s, characters cut between pieces and all', async (_how, content) => {
    for (const pieceBytes of [65_536, 1001]) {
      const fed = await feed(content, pieceBytes)
      expect(fed.unreadable).toEqual([])
      expect(fed.text === text).toBe(true)
    }
  })

  test('nothing, and less than a signature', async () => {
    expect(await feed(Buffer.alloc(0))).toEqual({ text: '', unreadable: [] })
    expect(await feed(Buffer.from('abc'), 1)).toEqual({ text: 'abc', unreadable: [] })
  })
})

describe('a gzip that breaks off', () => {
  const whole = gzipSync(bytes)

  test.each([20, 1000, 200_000, whole.length - 9, whole.length - 1])(
    'after %i bytes gives all it had, and is counted',
    async (length) => {
      const cut = whole.subarray(0, length)
      const had = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH })
      const fed = await feed(cut, 4096)
      // A character may be cut in two at the very end.
      expect(text.startsWith(fed.text.replace(/\uFFFD$/, ''))).toBe(true)
      expect(Buffer.byteLength(fed.text)).toBeGreaterThanOrEqual(had.length)
      expect(fed.unreadable).toEqual([{ file: 'a.log', what: 'truncated-gzip', count: 1 }])
    },
  )

  test('with a damaged middle gives what came before it', async () => {
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 100_000, 100_100)
    const fed = await feed(damaged)
    expect(fed.unreadable).toMatchObject([{ what: 'truncated-gzip' }])
    expect(fed.text.length).toBeGreaterThan(50_000)
    expect(text.startsWith(fed.text.slice(0, 50_000))).toBe(true)
  })
})
