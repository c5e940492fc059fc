import { open } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'
import { logName, sortLogs } from '../hosts/host-layout.ts'

/** How far into a file its first time is looked for. */
const headBytes = 65_536

/**
 * Logs of one host, oldest first: those of one base as they were rotated, whatever their times say (a clock may have jumped);
 * logs from different places by the time at which each place's oldest begins.
 */
export async function inTimeOrder(files: readonly string[]): Promise<readonly string[]> {
  const bases = Map.groupBy(sortLogs([...new Set(files)]), (file) => logName(file)?.base ?? file)
  if (bases.size < 2) return [...bases.values()].flat()
  const begun = await Promise.all(Array.from(bases.values(), async (those) => ({ those, at: await begin(those) })))
  return begun.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).flatMap(({ those }) => those)
}

/** The first time of these, oldest first: what is packed otherwise, or empty, does not say when it begins, and the next one does. */
async function begin(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const at = await firstTime(file)
    if (at !== null) return at
  }
  return ''
}

/** "2026-11-23 05:38:20.019": the first of a log; null where it has none near its beginning. */
async function firstTime(file: string): Promise<string | null> {
  try {
    await using handle = await open(file, 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    const head = buffer.subarray(0, bytesRead)
    const isGzip = head[0] === 0x1f && head[1] === 0x8b
    const text = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head
    return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?/m.exec(text.toString('latin1'))?.[0] ?? null
  } catch {
    return null
  }
}
